import { isJsonObject, type JsonObject } from '../json.js';

/**
 * The attributes that clients write, in the spelling of the schema: `externalId`, core attributes, and an object for
 * each extension under its URN. It never has `id`, `meta`, `schemas`, `password`, `members` or `groups`, nor null, an
 * empty array or an empty object, nor derived values such as `manager.$ref` and `manager.displayName`.
 */
export type Attributes = JsonObject;

/** A group that a user is a member of. */
export interface GroupReference {
  /** Id of the group: 16 hex digits. */
  readonly value: string;
  /** The group's current display name. */
  readonly display: string;
  /** `indirect` if the user is a member only through nested groups. */
  readonly type: 'direct' | 'indirect';
}

/** A member of a group. */
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
  /**
   * A counter in decimal digits, raised by each change of the attributes or of a group's set of members. Derived
   * values do not count.
   */
  readonly version: string;
  /** ISO 8601 in UTC, with milliseconds. */
  readonly created: string;
  /** ISO 8601 in UTC, with milliseconds. */
  readonly lastModified: string;
  readonly attributes: Attributes;
}

export interface StoredUser extends Stored {
  /** Absent if the query did not ask for the groups. */
  readonly groups?: readonly GroupReference[];
  /** The user whose id is `manager.value`; absent if the company has no such user. */
  readonly manager?: { readonly id: string; readonly display: string };
}

/**
 * The members of a group in batches, in the order of their ids. All members come from one state of the group; if they
 * cannot all be read, the iteration throws. It can be iterated once.
 */
export type MemberStream = AsyncIterable<readonly Member[]>;

export interface StoredGroup extends Stored {
  /** Absent if the query did not ask for the members; a stream if there are many of them. */
  readonly members?: readonly Member[] | MemberStream;
}

/**
 * How a user is shown in `display` and `manager.displayName`: `displayName`, else `name.formatted`, else `userName`.
 */
export function displayOfUser(attributes: Attributes): string {
  const name = attributes['name'];
  const formatted = isJsonObject(name) ? name['formatted'] : undefined;
  for (const candidate of [attributes['displayName'], formatted, attributes['userName']]) {
    if (typeof candidate === 'string' && candidate !== '') return candidate;
  }
  return '';
}
