import { CacheFullError, CacheNotReadyError, StaleCacheError } from './errors.js';
import { type CachedGroup, type CachedUser, CompanyState } from './company-state.js';
import { type FeedPage, type Snapshot, type SnapshotRecord } from './messages.js';
import { type MembershipRule } from './checks.js';
import { type Mirror } from './mirror.js';

const MAX_ENTRIES = 2_000_000;

export interface MembershipCacheOptions {
  /**
   * The most users, groups and memberships together; 2,000,000 by default. Beyond it `CacheFullError` ends the
   * synchronisation. An entry takes about 150 bytes.
   */
  readonly maxEntries?: number;
  /** Milliseconds since any moment, never going back. `performance.now` by default. */
  readonly now?: () => number;
}

/**
 * The users, groups and memberships of one company in memory, for answers without a request. It is a `Mirror`: the client
 * keeps it up to date. Until its first snapshot is there, it answers nothing.
 */
export class MembershipCache implements Mirror {
  private state = new CompanyState();
  private current: string | undefined;
  private confirmed = -Infinity;
  private readonly maxEntries: number;
  private readonly now: () => number;
  private settleReady: () => void = () => undefined;
  /** Fulfilled as soon as the first snapshot was read. */
  readonly ready = new Promise<void>((resolve) => (this.settleReady = resolve));

  constructor({ maxEntries = MAX_ENTRIES, now = () => performance.now() }: MembershipCacheOptions = {}) {
    this.maxEntries = maxEntries;
    this.now = now;
  }

  /** How much it holds. */
  get size(): { readonly users: number; readonly groups: number; readonly memberships: number } {
    const { users, groups, memberships } = this.state;
    return { users: users.size, groups: groups.size, memberships };
  }

  /** How long ago it was last known to have everything, in milliseconds; Infinity before that. */
  get ageMs(): number {
    return Math.max(0, this.now() - this.confirmed);
  }

  /**
   * For readers who rather refuse than go by what is old.
   *
   * @param mostMs more than the wait of the feed, 30 seconds by default, since that long nothing is heard
   * @throws StaleCacheError where it is older; CacheNotReadyError before its first snapshot
   */
  requireAge(mostMs: number): void {
    this.requireState();
    if (this.ageMs > mostMs) throw new StaleCacheError(Math.round(this.ageMs), mostMs);
  }

  /**
   * Says whether a user is in a group, also by way of groups in it, and active. An id that it does not know is no member.
   *
   * @throws CacheNotReadyError before its first snapshot
   */
  isMember(
    userId: string,
    groupId: string,
    { direct = false, includeInactive = false }: MembershipRule = {},
  ): boolean {
    const state = this.requireState();
    const user = state.users.get(userId);
    if (user === undefined || !(user.active || includeInactive)) return false;
    if (state.groups.get(groupId)?.members.has(userId) === true) return true;
    return !direct && state.groupsAbove(userId).has(groupId);
  }

  /** The ids of all groups that a user or group is in, also by way of other groups. Of a user who is not active too. */
  effectiveGroups(memberId: string): ReadonlySet<string> {
    return this.requireState().groupsAbove(memberId);
  }

  /** The ids of the groups that a user or group is a member of. */
  directGroups(memberId: string): readonly string[] {
    return [...(this.requireState().parents.get(memberId) ?? [])];
  }

  /** The ids of the users and groups that are members of a group; empty where it is not known. */
  directMembers(groupId: string): ReadonlySet<string> {
    return new Set(this.requireState().groups.get(groupId)?.members);
  }

  /** The ids of the users who are in a group, also by way of groups in it. */
  effectiveMembers(groupId: string): ReadonlySet<string> {
    return this.requireState().usersBelow(groupId);
  }

  /** A user; undefined where there is none of this id. */
  user(id: string): CachedUser | undefined {
    return this.requireState().users.get(id);
  }

  /** A group without its members; undefined where there is none of this id. */
  group(id: string): CachedGroup | undefined {
    return this.requireState().groups.get(id)?.attributes;
  }

  /** What it holds, as a snapshot that `replace` of another cache takes, for instance after a restart. */
  snapshot(): { readonly position: string; readonly records: Iterable<SnapshotRecord> } {
    const state = this.requireState();
    return { position: this.current!, records: state.records() };
  }

  position(): string | undefined {
    return this.current;
  }

  /** @throws CacheFullError where there is more than it may hold */
  async replace({ position, records }: Snapshot): Promise<void> {
    const state = new CompanyState();
    for await (const record of records) {
      state.load(record);
      this.requireRoom(state);
    }
    this.state = state;
    this.current = position;
    this.settleReady();
  }

  /** @throws CacheFullError where there is more than it may hold; CacheNotReadyError before its first snapshot */
  apply({ changes, next, more }: FeedPage): void {
    const state = this.requireState();
    for (const change of changes) state.apply(change);
    this.requireRoom(state);
    this.current = next;
    if (!more) this.confirmed = this.now();
  }

  private requireState(): CompanyState {
    if (this.current === undefined) throw new CacheNotReadyError();
    return this.state;
  }

  private requireRoom({ entries }: CompanyState): void {
    if (entries > this.maxEntries) throw new CacheFullError(this.maxEntries);
  }
}
