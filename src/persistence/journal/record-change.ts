import { transactionOf } from '../../scim/change-origin.js';
import { withoutTokens } from '../../protocol/text/plain-text.js';
import { type CompanyKey } from '../../scim/company-scope.js';
import { idParameter } from '../sql/resource-id.js';
import { columns, join, parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type SqlValue, type Statement } from '../transaction/company-transaction.js';
import { type CompanyChange, type ResourceChange, type RestoredState } from './activity.js';

/** The columns of `activity` that are the same for all changes of a request, in the order of {@link originValues}. */
const ORIGIN_COLUMNS = [
  'company_id',
  'txn',
  'credential_id',
  'credential_name',
  'client',
  'surface',
  'request_id',
  'trace_id',
  'duration_ms',
];

const TEXT = sql`text`;
const INTEGER = sql`integer`;
const BIGINT = sql`bigint`;
const JSONB = sql`jsonb`;
const TYPES: Readonly<Record<string, SqlFragment>> = { company_id: BIGINT, duration_ms: INTEGER };

/** The id that a change has already, with the members that are to be written beside it. */
export interface DrawnActivity {
  /** 16 hex digits. */
  readonly activityId: string;
  /** Those that came and went, unless {@link recordMembers} has written them. */
  readonly members: readonly MemberSign[];
}

/**
 * The statement that writes a change into the journal, for `WriteTransaction.runAtCommit`: what was changed is locked
 * then, so that ids and places in the outbox come in the order of the changes.
 *
 * @param drawn where the change has an id already; else one is drawn
 */
export function recordChange(scope: CompanyKey, change: ResourceChange, drawn?: DrawnActivity): Statement {
  const group = idParameter(change.resource.id);
  if (drawn === undefined) {
    return toStatement(
      sql`WITH recorded AS (${insertChange(scope, change, group, sql`next_resource_id()`)} RETURNING company_id, id)
        ${intoOutbox(sql`recorded`)}`,
      'journal.record',
    );
  }
  const company = sql`${parameter(scope.companyId)}::bigint`;
  const id = idParameter(drawn.activityId);
  const withMembers = drawn.members.length > 0;
  const members = withMembers
    ? sql`, members AS (
        INSERT INTO activity_members (${MEMBER_COLUMNS})
        SELECT ${company}, ${group}, ${id}, n.* FROM ${memberRows(drawn.members)} n)`
    : sql``;
  return toStatement(
    sql`WITH recorded AS (${insertChange(scope, change, group, id)})${members}
      INSERT INTO outbox (company_id, activity_id) VALUES (${company}, ${id})`,
    withMembers ? 'journal.record.members' : 'journal.record.drawn',
  );
}

function insertChange(
  scope: CompanyKey,
  { operation, resource, attributes, values, restored, added, removed }: ResourceChange,
  resourceId: SqlFragment,
  id: SqlFragment,
): SqlFragment {
  return sql`INSERT INTO activity (${originColumns()}, id, operation, outcome, resource_type, resource_id, external_id,
      display, version, attributes, added, removed, detail)
    VALUES (${originValues(scope)}, ${id}, ${value(operation)}, 'done', ${value(resource.type)}, ${resourceId},
      ${name(resource.externalId)}, ${name(resource.display)}, ${value(resource.version, BIGINT)},
      ${value(attributes, sql`text[]`)}, ${value(added, INTEGER)}, ${value(removed, INTEGER)},
      ${value(values || restored ? withoutTokens(JSON.stringify({ values, restore: restored })) : undefined, JSONB)})`;
}

/** The statement that writes a change of a company itself into its journal. */
export function recordCompanyChange(
  company: CompanyKey,
  { operation, display, userId, attributes = [], detail }: CompanyChange,
): Statement {
  const user = userId === undefined ? sql`NULL, NULL` : sql`'User', ${idParameter(userId)}`;
  return toStatement(
    sql`WITH recorded AS (
        INSERT INTO activity (${originColumns()}, id, operation, outcome, resource_type, resource_id, display,
          attributes, detail)
        VALUES (${originValues(company)}, next_resource_id(), ${value(operation)}, 'done', ${user}, ${value(display)},
          ${value(attributes, sql`text[]`)}, ${value(detail && JSON.stringify(detail), JSONB)})
        RETURNING company_id, id)
      ${intoOutbox(sql`recorded`)}`,
    userId === undefined ? 'journal.record.company' : 'journal.record.company.user',
  );
}

/**
 * Writes an activity `members` for each group that a member leaves because it is deleted: a part of a statement, behind
 * a common table expression with the column `group_id`. The groups must be locked. Their versions rise.
 *
 * @param gone the name of that expression
 */
export function recordLeaving(
  scope: CompanyKey,
  gone: SqlFragment,
  member: { readonly id: string; readonly type: 'U' | 'G' },
): SqlFragment {
  return sql`left_groups AS (
      UPDATE groups g SET version = g.version + 1, last_modified = clock_timestamp()
      WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ANY (ARRAY(SELECT l.group_id FROM ${gone} l))
      RETURNING g.id, g.version, g.external_id, g.display_name
    ), recorded AS (
      INSERT INTO activity (${originColumns()}, id, operation, outcome, resource_type, resource_id, external_id, display,
        version, attributes, added, removed)
      SELECT ${originValues(scope)}, next_resource_id(), 'members', 'done', 'Group', g.id, ${storedName('external_id')},
        ${storedName('display_name')}, g.version, '{}', 0, 1
      FROM left_groups g
      RETURNING company_id, id, resource_id
    ), recorded_members AS (
      INSERT INTO activity_members (${MEMBER_COLUMNS})
      SELECT r.company_id, r.resource_id, r.id, ${idParameter(member.id)}, ${value(member.type)}, -1 FROM recorded r
    )
    ${intoOutbox(sql`recorded`)}`;
}

/**
 * Writes an activity `restore` for each resource that came back or was switched: common table expressions, behind one with
 * the columns `id`, `version`, `external_id`, `display`, `paths` of what came or was changed, and `active`, which is what
 * `active` was switched to, or NULL.
 *
 * @param restored the name of that expression
 */
export function recordRestored(
  scope: CompanyKey,
  type: 'User' | 'Group',
  restored: SqlFragment,
  state: RestoredState,
): SqlFragment {
  return sql`recorded AS (
      INSERT INTO activity (${originColumns()}, id, operation, outcome, resource_type, resource_id, external_id, display,
        version, attributes, detail)
      SELECT ${originValues(scope)}, next_resource_id(), 'restore', 'done', ${value(type)}, g.id,
        ${storedName('external_id')}, ${storedName('display')}, g.version, g.paths,
        jsonb_build_object('restore', ${value(JSON.stringify(state), JSONB)}
          || CASE WHEN g.active IS NULL THEN '{}' ELSE jsonb_build_object('active', g.active) END)
      FROM ${restored} g ORDER BY g.id
      RETURNING company_id, id
    ), told AS (
      ${intoOutbox(sql`recorded`)}
    )`;
}

/** A group whose members are changed, and the change of it in the journal; both by 16 hex digits. */
export interface RecordedGroup {
  readonly scope: CompanyKey;
  readonly groupId: string;
  readonly activityId: string;
}

/** Writes which members of a group came or went: `changed` returns `member_id` and `member_user_id` of each. */
export function recordMembers(group: RecordedGroup, sign: 1 | -1, changed: SqlFragment): SqlFragment {
  return sql`WITH changed AS (${changed} RETURNING member_id, member_user_id)
    INSERT INTO activity_members (${MEMBER_COLUMNS})
    SELECT ${ofGroup(group)}, c.member_id, ${MEMBER_TYPE}, ${parameter(sign)}::smallint FROM changed c`;
}

/** Writes that all members of a new group came with it. The statements that add them must have been sent. */
export function recordFirstMembers(group: RecordedGroup): Statement {
  return toStatement(
    sql`INSERT INTO activity_members (${MEMBER_COLUMNS})
      SELECT ${ofGroup(group)}, c.member_id, ${MEMBER_TYPE}, 1 FROM memberships c
      WHERE c.company_id = ${parameter(group.scope.companyId)} AND c.group_id = ${idParameter(group.groupId)}`,
    'journal.record.first_members',
  );
}

const MEMBER_COLUMNS = sql`company_id, group_id, activity_id, member_id, member_type, sign`;
/** Of a row `c` with the columns of `memberships`. */
const MEMBER_TYPE = sql`CASE WHEN c.member_user_id IS NULL THEN 'G' ELSE 'U' END`;

function ofGroup({ scope, groupId, activityId }: RecordedGroup): SqlFragment {
  return sql`${parameter(scope.companyId)}::bigint, ${idParameter(groupId)}, ${idParameter(activityId)}`;
}

/** A member that came or went. */
export interface MemberSign {
  /** In PostgreSQL's decimal digits. */
  readonly memberId: string;
  readonly isUser: boolean;
  readonly sign: 1 | -1;
}

/** The members as rows of id, type and sign. */
function memberRows(members: readonly MemberSign[]): SqlFragment {
  const list = (values: readonly string[], type: SqlFragment): SqlFragment =>
    sql`${parameter(`{${values.join(',')}}`)}::${type}`;
  const ids = list(
    members.map(({ memberId }) => memberId),
    sql`bigint[]`,
  );
  const types = list(
    members.map(({ isUser }) => (isUser ? 'U' : 'G')),
    sql`text[]`,
  );
  const signs = list(
    members.map(({ sign }) => String(sign)),
    sql`smallint[]`,
  );
  return sql`unnest(${ids}, ${types}, ${signs})`;
}

function intoOutbox(recorded: SqlFragment): SqlFragment {
  return sql`INSERT INTO outbox (company_id, activity_id) SELECT r.company_id, r.id FROM ${recorded} r ORDER BY r.id`;
}

const originColumns = (): SqlFragment => columns(ORIGIN_COLUMNS);

function originValues(scope: CompanyKey): SqlFragment {
  const { origin } = scope;
  const request = origin?.request;
  const values: Readonly<Record<string, SqlValue | undefined>> = {
    company_id: scope.companyId,
    txn: origin ? transactionOf(origin) : '',
    credential_id: request?.credential?.id,
    credential_name: request?.credential?.name,
    client: request?.credential?.client ?? request?.client,
    surface: request?.surface,
    request_id: request?.requestId,
    trace_id: request?.traceId,
    duration_ms: request && Math.round(performance.now() - request.started),
  };
  return join(
    ORIGIN_COLUMNS.map((column) => value(values[column], TYPES[column])),
    sql`, `,
  );
}

/** What a client calls a resource, where it may have put a token by mistake. */
const name = (of: string | undefined): SqlFragment => value(of && withoutTokens(of));

/** The same of a column of the group `g`. */
const storedName = (column: 'external_id' | 'display_name' | 'display'): SqlFragment =>
  sql`regexp_replace(g.${columns([column])}, 'rollcall_[\\w-]+|\\yeyJ[\\w-]+(?:\\.[\\w-]*)*', '…', 'g')`;

/** A parameter with its type, which PostgreSQL could not tell where the value is NULL. */
function value(of: SqlValue | undefined, type = TEXT): SqlFragment {
  return sql`${parameter(of ?? null)}::${type}`;
}
