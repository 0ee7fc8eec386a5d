import { isJsonObject, type JsonObject } from '../json.js';

/**
 * The attributes that clients write, in the schema's own spelling: `externalId`, core attributes, and one object
 * per extension under its URN. Never in it: `id`, `meta`, `schemas`, `password`, `members`, `groups`, nulls,
 * empty arrays and empty objects, derived values (`manager.$ref`, `manager.displayName`).
 */
export type Attributes = JsonObject;

export interface GroupReference {
  /** Id of the group: 16 hex digits. */
  readonly value: string;
  readonly display: string;
  /** `indirect` where the user is a member only by way of nested groups. */
  readonly type: 'direct' | 'indirect';
}

export interface Member {
  /** Id of the user or group: 16 hex digits. */
  readonly value: string;
  readonly type: 'User' | 'Group';
  /** The member's current display name. */
  readonly display: string;
}

interface Stored {
  /** 16 lower-case hex digits. */
  readonly id: string;
  /** Counts the changes of the resource's own state. */
  readonly version: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly created: string;
  readonly lastModified: string;
  readonly attributes: Attributes;
}

export interface StoredUser extends Stored {
  /** Absent where the read did not ask for it. */
  readonly groups?: readonly GroupReference[];
  /** The user that `manager.value` names, where it names one of the company. */
  readonly manager?: { readonly id: string; readonly display: string };
}

/** Batches of members in the order of their ids. A group is read whole or the iteration throws. */
export type MemberStream = AsyncIterable<readonly Member[]>;

export interface StoredGroup extends Stored {
  /** Absent where the read did not ask for it; a stream where there are many. It can be read once. */
  readonly members?: readonly Member[] | MemberStream;
}

/** `displayName`, else `name.formatted`, else `userName`: how a user is shown where something refers to him. */
export function displayOfUser(attributes: Attributes): string {
  const name = attributes['name'];
  const formatted = isJsonObject(name) ? name['formatted'] : undefined;
  for (const candidate of [attributes['displayName'], formatted, attributes['userName']]) {
    if (typeof candidate === 'string' && candidate !== '') return candidate;
  }
  return '';
}
