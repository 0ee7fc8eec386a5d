/** What has changed. Types that this list does not have may come with a later version of the service: pass them over. */
export type ChangeType =
  | 'user.created'
  | 'user.updated'
  | 'user.activated'
  | 'user.deactivated'
  | 'user.deleted'
  | 'user.erased'
  | 'group.created'
  | 'group.updated'
  | 'group.members'
  | 'group.deleted'
  | 'guard.warned'
  | 'guard.held'
  | 'guard.released'
  | 'credential.expiring'
  | 'company.suspended'
  | 'company.resumed'
  | 'company.silent';

/** A member that came or went. Names are the present ones; those of a member that is gone are left out. */
export interface Member {
  /** The id of the user or group. */
  readonly value: string;
  readonly type: 'User' | 'Group';
  /** Of a user. */
  readonly userName?: string | undefined;
  /** Of a group. */
  readonly displayName?: string | undefined;
  readonly externalId?: string | undefined;
}

/** The user or group that has changed. What is not known, or was erased, is left out. */
export interface ChangedResource {
  readonly type: 'User' | 'Group';
  readonly id: string;
  /** Rises with each change of the resource; of a deleted one it is the last. */
  readonly version: number;
  readonly externalId?: string | undefined;
  readonly displayName?: string | undefined;
  /** Of a user, as it is now. */
  readonly userName?: string | undefined;
  /** Of a user, as it is now: whether the company lets him in. */
  readonly active?: boolean | undefined;
}

/** Who came into a group and who left it. */
export interface MemberChanges {
  readonly added: readonly Member[];
  readonly removed: readonly Member[];
  /** How many more there are, beyond what an item has room for. `RollcallClient.members` reads all of them. */
  readonly omitted: number;
  /** Where all of them are read; only where some are omitted. */
  readonly url?: string | undefined;
}

/** An item of the feed. */
export interface Change {
  /** The same wherever the change is told. */
  readonly id: string;
  readonly type: ChangeType;
  /** RFC 3339, in UTC. */
  readonly time: string;
  /** The same for all changes of one request. */
  readonly txn: string;
  readonly company: { readonly id: string; readonly slug: string };
  /** The token or client by which it was changed. */
  readonly actor: { readonly credential: string | null };
  /** Where a user or group was changed. */
  readonly resource?: ChangedResource | undefined;
  /** The SCIM paths that were changed. */
  readonly attributes: readonly string[];
  /** Where members of a group came or went. */
  readonly members?: MemberChanges | undefined;
  /** What else is told of `guard.…`, `credential.expiring` and `company.silent`. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** A member with what has become of it. */
export interface ChangedMember extends Member {
  readonly change: 'added' | 'removed';
}

/** A page of the feed. */
export interface FeedPage {
  readonly changes: readonly Change[];
  /** The position behind this page. A page without changes moves it too. */
  readonly next: string;
  /** Whether more is there already. */
  readonly more: boolean;
}

/** A user of a snapshot. */
export interface UserRecord {
  readonly type: 'user';
  readonly id: string;
  readonly version: number;
  readonly active: boolean;
  readonly userName?: string | undefined;
  readonly externalId?: string | undefined;
  readonly displayName?: string | undefined;
}

/** A group of a snapshot. */
export interface GroupRecord {
  readonly type: 'group';
  readonly id: string;
  readonly version: number;
  readonly externalId?: string | undefined;
  readonly displayName?: string | undefined;
}

/** A direct membership of a snapshot. */
export interface MembershipRecord {
  readonly type: 'membership';
  /** The id of the group. */
  readonly group: string;
  /** The id of the user or group that is a member. */
  readonly value: string;
  readonly memberType: 'User' | 'Group';
}

/** What a snapshot has: all users, then all groups, then all memberships. */
export type SnapshotRecord = UserRecord | GroupRecord | MembershipRecord;

/** All users, groups and memberships of a company at one moment. */
export interface Snapshot {
  /** Where the feed goes on behind it. Its first changes may be in the snapshot already. */
  readonly position: string;
  /** To be read once, to its end. It throws where the answer breaks off. */
  readonly records: AsyncIterable<SnapshotRecord>;
}
