import { isJsonObject, ownValue } from '../../../src/protocol/json.js';
import {
  displayOfUser,
  type GroupReference,
  type Member,
  type StoredGroup,
  type StoredUser,
} from '../../../src/protocol/resource/resource.js';
import { ENTERPRISE_USER_SCHEMA } from '../../../src/protocol/schema/enterprise-user.schema.js';
import { compareCodePoints } from '../../../src/protocol/text/fold-case.js';
import { type GroupRead } from '../../../src/scim/groups/groups.store.js';
import { type Precondition, requireVersion } from '../../../src/scim/precondition.js';
import { type UserRead } from '../../../src/scim/users/users.store.js';
import { changedRow, type GroupRow, type UserRow } from './memory-rows.js';

/** The users and groups of one company by id, and what is derived from them. */
export class MemoryCompany {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs a change when those before it have ended, as the locks of a database make it wait. */
  alone<T>(change: () => T | Promise<T>): Promise<T> {
    const result = this.last.then(change);
    this.last = result.catch(() => undefined);
    return result;
  }

  readonly users = new Map<string, UserRow>();
  readonly groups = new Map<string, GroupRow>();

  user(row: UserRow, read: UserRead): StoredUser {
    const manager = read.manager ? this.managerOf(row) : undefined;
    return { ...row, ...(read.groups && { groups: this.groupsOf(row.id) }), ...(manager && { manager }) };
  }

  group({ memberIds, ...row }: GroupRow, read: GroupRead): StoredGroup {
    return { ...row, ...(read.members && { members: this.members(memberIds, read.userNames) }) };
  }

  /** Users and groups as members, by their present names or users by `userName`, in the order of ids. */
  members(ids: Iterable<string>, userNames = false): readonly Member[] {
    return [...ids].sort(compareCodePoints).flatMap((value): Member[] => {
      const [user, group] = [this.users.get(value), this.groups.get(value)];
      if (user) {
        const { userName } = user.attributes;
        const display = userNames ? (userName as string) : displayOfUser(user.attributes);
        return [{ value, type: 'User', display }];
      }
      return group ? [{ value, type: 'Group', display: displayOfGroup(group) }] : [];
    });
  }

  /** Removes a user or group, also from the groups that hold it. False where it is not there. */
  remove(rows: Map<string, UserRow>, id: string, precondition: Precondition | undefined): Promise<boolean> {
    return this.alone(() => {
      const row = rows.get(id);
      if (!row) return false;
      requireVersion(precondition, row.version);
      this.leaveGroups(id);
      return rows.delete(id);
    });
  }

  /** Takes a user or group out of all groups that hold it, which are changed by that. */
  private leaveGroups(id: string): void {
    for (const group of this.groupsHolding(id)) {
      const memberIds = new Set([...group.memberIds].filter((memberId) => memberId !== id));
      this.groups.set(group.id, changedRow(group, { memberIds }));
    }
  }

  private groupsHolding(id: string): readonly GroupRow[] {
    return [...this.groups.values()].filter(({ memberIds }) => memberIds.has(id));
  }

  /** Those that hold the user, and those that hold one of these, at any depth, also in a ring. */
  private groupsOf(userId: string): readonly GroupReference[] {
    const direct = new Set(this.groupsHolding(userId));
    const all = new Set(direct);
    // A set's iteration comes to what is added meanwhile.
    for (const { id } of all) for (const holder of this.groupsHolding(id)) all.add(holder);
    return [...all]
      .sort((one, other) => compareCodePoints(one.id, other.id))
      .map((group) => ({
        value: group.id,
        display: displayOfGroup(group),
        type: direct.has(group) ? 'direct' : 'indirect',
      }));
  }

  private managerOf({ attributes }: UserRow): StoredUser['manager'] {
    const extension = ownValue(attributes, ENTERPRISE_USER_SCHEMA.id);
    const named = isJsonObject(extension) ? extension['manager'] : undefined;
    const id = isJsonObject(named) ? named['value'] : undefined;
    const manager = typeof id === 'string' ? this.users.get(id) : undefined;
    return manager && { id: manager.id, display: displayOfUser(manager.attributes) };
  }
}

function displayOfGroup({ attributes }: GroupRow): string {
  const { displayName } = attributes;
  return typeof displayName === 'string' ? displayName : '';
}
