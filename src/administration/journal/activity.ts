import { type ActivityMemberRow, type ActivityRow } from '../../persistence/journal/read-activity.js';

/** A user or group as a member. */
export interface NamedMember {
  /** 16 hex digits. */
  readonly value: string;
  readonly type: 'User' | 'Group';
  /** Its present name, the last one where it is gone, or null where nobody knows one any more. */
  readonly display: string | null;
}

/** A member that came or went. */
export interface ChangedMember extends NamedMember {
  readonly change: 'added' | 'removed';
}

/** An entry of the journal: a change, or a request that changed nothing. Ids are 16 hex digits. */
export interface Activity {
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** The same for all changes of one request; of an operation of a bulk job with `:<index>` behind it. */
  readonly txn: string;
  readonly credentialId: string | null;
  readonly credentialName: string | null;
  readonly client: string | null;
  readonly surface: string | null;
  readonly requestId: string | null;
  readonly traceId: string | null;
  readonly operation: string;
  readonly outcome: 'done' | 'unchanged' | 'refused' | 'ignored';
  /** The status of HTTP; null for changes, which succeeded. */
  readonly status: number | null;
  readonly scimType: string | null;
  readonly resourceType: string | null;
  readonly resourceId: string | null;
  readonly externalId: string | null;
  /** The name of the resource at the time. */
  readonly display: string | null;
  /** The version of the resource behind the change. */
  readonly version: number | null;
  /** Paths of what changed. */
  readonly attributes: readonly string[];
  readonly added: number;
  readonly removed: number;
  readonly durationMs: number | null;
  readonly detail: object | null;
  /** The member that came or went, where it is a single one. */
  readonly member: NamedMember | null;
}

/** The entry that a row of the statements in `read-activity` holds. */
export function toActivity(row: ActivityRow): Activity {
  return {
    id: row.id,
    at: row.at.toISOString(),
    txn: row.txn,
    credentialId: row.credential_id,
    credentialName: row.credential_name,
    client: row.client,
    surface: row.surface,
    requestId: row.request_id,
    traceId: row.trace_id,
    operation: row.operation,
    outcome: row.outcome,
    status: row.status,
    scimType: row.scim_type,
    resourceType: row.resource_type,
    resourceId: row.resource,
    externalId: row.external_id,
    display: row.display,
    version: row.version === null ? null : Number(row.version),
    attributes: row.attributes ?? [],
    added: row.added ?? 0,
    removed: row.removed ?? 0,
    durationMs: row.duration_ms,
    detail: row.detail,
    member:
      row.member === null || row.member_type === null
        ? null
        : toMember({ ...row, member: row.member, member_type: row.member_type }),
  };
}

export const toMember = (row: {
  readonly member: string;
  readonly member_type: 'U' | 'G';
  readonly member_display: string | null;
}): NamedMember => ({
  value: row.member,
  type: row.member_type === 'U' ? 'User' : 'Group',
  display: row.member_display,
});

export const toChangedMember = (row: ActivityMemberRow): ChangedMember => ({
  ...toMember(row),
  change: row.sign === 1 ? 'added' : 'removed',
});
