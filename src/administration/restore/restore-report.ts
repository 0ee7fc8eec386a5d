/** How many changes, and how many conflicts, a report names. */
const MOST_SHOWN = 1000;

/** What a restore changes, or would change. */
export interface RestoreChange {
  readonly type: 'User' | 'Group';
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly display: string | null;
  readonly change: 'restored' | 'activated' | 'deactivated' | 'members';
  /** How many members a group gains and loses; 0 for a user. */
  readonly added: number;
  readonly removed: number;
}

/**
 * Why something can't be as it was:
 *
 * - `nameTaken`, `externalIdTaken`, `valueTaken`: another resource (`by`) has the name, the externalId or a unique value;
 * - `erased`: the person was erased;
 * - `notKept`: the deleted resource is no longer kept;
 * - `notThere`: the named resource did not exist at the instant;
 * - `membersGone`: so many members of a group (`members`) no longer exist;
 * - `groupGone`: a group (`by`) that the resource was in no longer exists.
 */
export type ConflictReason =
  | 'nameTaken'
  | 'externalIdTaken'
  | 'valueTaken'
  | 'erased'
  | 'notKept'
  | 'notThere'
  | 'membersGone'
  | 'groupGone';

/** A resource that a restore leaves as it is. */
export interface RestoreConflict {
  readonly type: 'User' | 'Group';
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly display: string | null;
  readonly reason: ConflictReason;
  /** The id of the resource that is in the way, or is gone. */
  readonly by: string | null;
  /** How many members are gone. */
  readonly members: number;
}

/** What a restore has done, or would do. */
export interface RestoreReport {
  /** Slug of the company. */
  readonly company: string;
  /** The instant, in ISO 8601 in UTC. */
  readonly at: string;
  readonly dryRun: boolean;
  readonly users: {
    readonly restored: number;
    readonly activated: number;
    readonly deactivated: number;
    /** How many were created since the instant, and stay. */
    readonly madeSince: number;
  };
  readonly groups: {
    readonly restored: number;
    /** How many gain or lose members. */
    readonly changed: number;
    readonly madeSince: number;
  };
  readonly memberships: { readonly added: number; readonly removed: number };
  /** At most the first thousand, as are the conflicts. */
  readonly changes: readonly RestoreChange[];
  readonly conflicts: readonly RestoreConflict[];
  /** How many more changes and conflicts there are. */
  readonly omitted: { readonly changes: number; readonly conflicts: number };
}

/** A resource by its names. */
export type NamedResource = Pick<RestoreChange, 'type' | 'id' | 'display'>;

/** Counts what a restore changes, and keeps the first changes and conflicts. */
export class RestoreTally {
  private readonly users = { restored: 0, activated: 0, deactivated: 0, madeSince: 0 };
  private readonly groups = { restored: 0, changed: 0, madeSince: 0 };
  private readonly memberships = { added: 0, removed: 0 };
  private readonly changes: RestoreChange[] = [];
  private readonly conflicts: RestoreConflict[] = [];
  private readonly all = { changes: 0, conflicts: 0 };

  /** How many users, groups and memberships are changed. */
  get size(): number {
    const { restored, activated, deactivated } = this.users;
    const { added, removed } = this.memberships;
    return restored + activated + deactivated + this.groups.restored + added + removed;
  }

  /** A tally for carrying the plan out: it keeps what stays as it is, and counts changes anew. */
  begun(): RestoreTally {
    const done = new RestoreTally();
    done.users.madeSince = this.users.madeSince;
    done.groups.madeSince = this.groups.madeSince;
    done.conflicts.push(...this.conflicts);
    done.all.conflicts = this.all.conflicts;
    return done;
  }

  madeSince(type: NamedResource['type']): void {
    (type === 'User' ? this.users : this.groups).madeSince += 1;
  }

  restored(resource: NamedResource): void {
    (resource.type === 'User' ? this.users : this.groups).restored += 1;
    this.note({ ...resource, change: 'restored', added: 0, removed: 0 });
  }

  switched(resource: NamedResource, active: boolean): void {
    const change = active ? 'activated' : 'deactivated';
    this.users[change] += 1;
    this.note({ ...resource, change, added: 0, removed: 0 });
  }

  members(resource: NamedResource, { added, removed }: { added: number; removed: number }): void {
    if (added + removed === 0) return;
    this.groups.changed += 1;
    this.memberships.added += added;
    this.memberships.removed += removed;
    this.note({ ...resource, change: 'members', added, removed });
  }

  conflict(
    { type, id, display }: NamedResource,
    reason: ConflictReason,
    { by = null, members = 0 }: { readonly by?: string | null; readonly members?: number } = {},
  ): void {
    this.all.conflicts += 1;
    if (this.conflicts.length < MOST_SHOWN) {
      this.conflicts.push({ type, id, display, reason, by, members });
    }
  }

  report(company: string, at: Date, dryRun: boolean): RestoreReport {
    const { users, groups, memberships, changes, conflicts } = this;
    const omitted = {
      changes: this.all.changes - changes.length,
      conflicts: this.all.conflicts - conflicts.length,
    };
    return {
      company,
      at: at.toISOString(),
      dryRun,
      users,
      groups,
      memberships,
      changes: [...changes].sort(compareChanges),
      conflicts,
      omitted,
    };
  }

  private note({ type, id, display, change, added, removed }: RestoreChange): void {
    this.all.changes += 1;
    if (this.changes.length < MOST_SHOWN) this.changes.push({ type, id, display, change, added, removed });
  }
}

const ORDER: readonly RestoreChange['change'][] = ['restored', 'activated', 'deactivated', 'members'];

/** Users come first; of each type what was deleted, and then in the order of ids. */
function compareChanges(left: RestoreChange, right: RestoreChange): number {
  if (left.type !== right.type) return left.type === 'User' ? -1 : 1;
  const kinds = ORDER.indexOf(left.change) - ORDER.indexOf(right.change);
  if (kinds !== 0) return kinds;
  return left.id < right.id ? -1 : 1;
}
