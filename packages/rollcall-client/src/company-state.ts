import {
  type Change,
  type ChangedResource,
  type GroupRecord,
  type MemberChanges,
  type SnapshotRecord,
  type UserRecord,
} from './messages.js';

/** How many deletions are remembered as seen: more than may come again behind a position. */
const MAX_DELETIONS = 10_000;

export type CachedUser = Omit<UserRecord, 'type'>;
export type CachedGroup = Omit<GroupRecord, 'type'>;

interface GroupEntry {
  attributes: CachedGroup;
  readonly members: Set<string>;
}

/**
 * The users, groups and memberships of one company, and which versions of them were seen. Each resource is changed by its
 * own changes alone, in the order of their versions, so that it does not matter how those of several are mixed.
 */
export class CompanyState {
  readonly users = new Map<string, CachedUser>();
  readonly groups = new Map<string, GroupEntry>();
  /** The groups of a member. Most have few, of which an array takes less room than a set. */
  readonly parents = new Map<string, string[]>();
  memberships = 0;
  private readonly deletions = new Map<string, number>();

  /** How much it holds. */
  get entries(): number {
    return this.users.size + this.groups.size + this.memberships;
  }

  /** Takes a record of a snapshot. */
  load(record: SnapshotRecord): void {
    if (record.type === 'user') this.users.set(record.id, userOf(record));
    else if (record.type === 'group') {
      this.groups.set(record.id, { attributes: groupOf(record), members: new Set() });
    } else if (record.type === 'membership') this.add(record.group, record.value);
  }

  /** Applies a change, unless it was seen. */
  apply({ type, resource, members }: Change): void {
    if (resource === undefined) return;
    // An erased user never comes back, whatever is told of him later.
    if (type === 'user.erased') this.delete({ ...resource, version: Infinity });
    else if (type === 'user.deleted' || type === 'group.deleted') this.delete(resource);
    else if (resource.version > this.seen(resource.id)) this.change(type, resource, members);
  }

  /** All groups that a member is in, by way of others too: upwards, each once, so that it ends in circles. */
  groupsAbove(memberId: string): Set<string> {
    return reach(memberId, (id) => this.parents.get(id) ?? []);
  }

  /** All users who are in a group, by way of others too. */
  usersBelow(groupId: string): Set<string> {
    const all = reach(groupId, (id) => this.groups.get(id)?.members ?? []);
    for (const id of all) if (!this.users.has(id)) all.delete(id);
    return all;
  }

  /** Everything, in the order of a snapshot. */
  *records(): Generator<SnapshotRecord, void, undefined> {
    for (const user of this.users.values()) yield { type: 'user', ...user };
    for (const { attributes } of this.groups.values()) yield { type: 'group', ...attributes };
    for (const [group, { members }] of this.groups) {
      for (const value of members) {
        yield { type: 'membership', group, value, memberType: this.users.has(value) ? 'User' : 'Group' };
      }
    }
  }

  /** The last version that was seen of a resource, be it there or deleted; -1 for none. */
  private seen(id: string): number {
    const known = this.users.get(id) ?? this.groups.get(id)?.attributes;
    return Math.max(known?.version ?? -1, this.deletions.get(id) ?? -1);
  }

  private change(type: Change['type'], resource: ChangedResource, members: MemberChanges | undefined): void {
    const { id } = resource;
    if (resource.type === 'User') {
      const active = resource.active ?? switchOf(type) ?? this.users.get(id)?.active ?? true;
      this.users.set(id, userOf({ ...resource, active }));
      return;
    }
    const entry = this.groups.get(id);
    if (entry === undefined) this.groups.set(id, { attributes: groupOf(resource), members: new Set() });
    else entry.attributes = groupOf(resource);
    for (const { value } of members?.removed ?? []) this.remove(id, value);
    for (const { value } of members?.added ?? []) this.add(id, value);
  }

  /** A deletion has the version of what it deletes. */
  private delete({ id, version }: ChangedResource): void {
    if (version < this.seen(id)) return;
    for (const member of this.groups.get(id)?.members ?? []) this.remove(id, member);
    this.groups.delete(id);
    this.users.delete(id);
    this.deletions.delete(id);
    this.deletions.set(id, version);
    if (this.deletions.size > MAX_DELETIONS) {
      const [oldest = ''] = this.deletions.keys();
      this.deletions.delete(oldest);
    }
  }

  private add(groupId: string, memberId: string): void {
    const group = this.groups.get(groupId);
    if (group === undefined || group.members.has(memberId)) return;
    // The strings that are held already: those of the message would be held once for each membership.
    const member = this.users.get(memberId)?.id ?? this.groups.get(memberId)?.attributes.id ?? memberId;
    const parent = group.attributes.id;
    group.members.add(member);
    const parents = this.parents.get(member);
    if (parents === undefined) this.parents.set(member, [parent]);
    else parents.push(parent);
    this.memberships += 1;
  }

  private remove(groupId: string, memberId: string): void {
    if (this.groups.get(groupId)?.members.delete(memberId) !== true) return;
    const parents = this.parents.get(memberId)!;
    parents.splice(parents.indexOf(groupId), 1);
    if (parents.length === 0) this.parents.delete(memberId);
    this.memberships -= 1;
  }
}

/** What a change has made of `active`, where that is what it did. */
const switchOf = (type: Change['type']): boolean | undefined =>
  type === 'user.activated' ? true : type === 'user.deactivated' ? false : undefined;

function userOf({ id, version, active, userName, externalId, displayName }: CachedUser): CachedUser {
  return { id, version, active, userName, externalId, displayName };
}

function groupOf({ id, version, externalId, displayName }: CachedGroup): CachedGroup {
  return { id, version, externalId, displayName };
}

/** Everything that steps lead to from a start; the start itself only where a cycle leads back to it. */
function reach(start: string, next: (id: string) => Iterable<string>): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const found of next(id)) {
      if (reached.has(found)) continue;
      reached.add(found);
      open.push(found);
    }
  }
  return reached;
}
