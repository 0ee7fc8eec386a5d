import { type JsonObject } from '../../protocol/json.js';
import { type Attributes } from '../../protocol/resource/resource.js';

/** What a change was, in the words of the journal. */
export type ChangeOperation =
  'create' | 'replace' | 'patch' | 'activate' | 'deactivate' | 'members' | 'delete' | 'erase' | 'restore';

/** A change as the store knows it that made it. */
export interface ResourceChange {
  readonly operation: ChangeOperation;
  readonly resource: {
    readonly type: 'User' | 'Group';
    /** 16 hex digits. */
    readonly id: string;
    /** That it has after the change; of a deleted one the last. */
    readonly version: string;
    readonly externalId?: string | undefined;
    /** Its name for people. */
    readonly display?: string | undefined;
  };
  /** The paths of what differs; see `changedValues`. */
  readonly attributes: readonly string[];
  /** What was before and is after, of a company that wants it; see `recordedValues`. */
  readonly values?: JsonObject | undefined;
  /** What a restore has brought back. */
  readonly restored?: RestoredState | undefined;
  /** How many members a group won and lost. */
  readonly added?: number;
  readonly removed?: number;
}

/** What a restore has brought back of a resource; the journal has it as `detail.restore`. */
export interface RestoredState {
  /** The instant whose state it is, in ISO 8601; missing where a client has made the resource anew. */
  readonly at?: string;
  /** The resource had been deleted. */
  readonly deleted?: true;
  /** What `active` was switched to. */
  readonly active?: boolean;
}

/**
 * What an update was: that `active` was switched comes first, whatever else was changed with it; by what method only where
 * the journal has no better word.
 */
export function operationOf(
  method: string | undefined,
  attributes: readonly string[],
  { before, after }: { readonly before: Attributes; readonly after: Attributes },
  membersChanged = false,
): ChangeOperation {
  if (membersChanged && attributes.length === 0) return 'members';
  if (isActive(before) !== isActive(after)) return isActive(after) ? 'activate' : 'deactivate';
  return method === 'PUT' ? 'replace' : 'patch';
}

/** A user without `active` is taken for an active one. */
const isActive = ({ active }: Attributes): boolean => active !== false;

/** A change of a company itself, or of what opens it. */
export interface CompanyChange {
  readonly operation:
    | 'company.created'
    | 'company.renamed'
    | 'company.suspended'
    | 'company.resumed'
    | 'company.paused'
    | 'company.unpaused'
    | 'company.deleted'
    | 'company.restored'
    | 'company.exported'
    | 'company.moved'
    | 'guard.held'
    | 'guard.released'
    | 'guard.resumed'
    | 'settings'
    | 'credential.issued'
    | 'credential.changed'
    | 'credential.renewed'
    | 'credential.revoked'
    | 'webhook.created'
    | 'webhook.changed'
    | 'webhook.enabled'
    | 'webhook.disabled'
    | 'webhook.deleted'
    | 'recording.started'
    | 'recording.stopped'
    | 'recording.erased';
  /** The name of what was changed. */
  readonly display: string;
  /** The user whose credential it is, by 16 hex digits: an erasure takes the name along. */
  readonly userId?: string | undefined;
  /** Names of settings or properties that were changed. */
  readonly attributes?: readonly string[];
  /** What else is worth knowing; never a secret. */
  readonly detail?: JsonObject;
}

/** A text attribute of a resource, such as `externalId`. */
export function textOf(attributes: Attributes, name: string): string | undefined {
  const value = attributes[name];
  return typeof value === 'string' ? value : undefined;
}
