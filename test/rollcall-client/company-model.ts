import fc from 'fast-check';
import { type Change, type ChangeType, type Member, type SnapshotRecord } from 'rollcall-client';

export const USERS = ['u0', 'u1', 'u2', 'u3'];
export const GROUPS = ['g0', 'g1', 'g2', 'g3', 'g4'];

interface ModelUser {
  version: number;
  active: boolean;
  displayName: string;
}
interface ModelGroup {
  version: number;
  displayName: string;
  members: Set<string>;
}

/** The source: a company that is changed, and the feed of its changes. */
export class Company {
  readonly users = new Map<string, ModelUser>();
  readonly groups = new Map<string, ModelGroup>();
  readonly feed: Change[] = [];
  /** A deletion has the last version; one that is brought back has the next. */
  private readonly versions = new Map<string, number>();

  saveUser(id: string, active: boolean, displayName: string): void {
    const known = this.users.get(id);
    this.users.set(id, { version: this.raise(id), active, displayName });
    const types: ChangeType[] = ['user.updated', active ? 'user.activated' : 'user.deactivated'];
    const type = known === undefined ? 'user.created' : types[known.active === active ? 0 : 1]!;
    // Of a switch the type tells already.
    this.tell(type, 'User', id, { displayName, ...(type === 'user.created' && { active }) });
  }

  saveGroup(id: string, displayName: string): void {
    const known = this.groups.get(id);
    const version = this.raise(id);
    this.groups.set(id, { version, displayName, members: known?.members ?? new Set() });
    this.tell(known === undefined ? 'group.created' : 'group.updated', 'Group', id, { displayName });
  }

  /** Turns memberships round: who is a member leaves, who is none comes. */
  toggle(id: string, memberIds: readonly string[]): void {
    const group = this.groups.get(id);
    const found = memberIds.filter((member) => this.users.has(member) || this.groups.has(member));
    if (group === undefined || found.length === 0) return;
    const removed = found.filter((member) => group.members.has(member));
    const added = found.filter((member) => !group.members.has(member));
    for (const member of removed) group.members.delete(member);
    for (const member of added) group.members.add(member);
    group.version = this.raise(id);
    const { displayName } = group;
    this.tell('group.members', 'Group', id, { displayName }, { added, removed });
  }

  /** Tells first of the groups that the resource leaves. */
  delete(id: string): void {
    const type = this.users.has(id) ? 'User' : 'Group';
    if (!this.users.has(id) && !this.groups.has(id)) return;
    for (const [group, { members }] of this.groups) if (members.has(id)) this.toggle(group, [id]);
    this.users.delete(id);
    this.groups.delete(id);
    this.tell(type === 'User' ? 'user.deleted' : 'group.deleted', type, id, {});
  }

  records(): readonly SnapshotRecord[] {
    const groups = [...this.groups];
    return [
      ...[...this.users].map(([id, user]) => ({ type: 'user', id, ...user }) as const),
      ...groups.map(
        ([id, { version, displayName }]) => ({ type: 'group', id, version, displayName }) as const,
      ),
      ...groups.flatMap(([group, { members }]) =>
        [...members].map(
          (value) => ({ type: 'membership', group, value, memberType: this.typeOf(value) }) as const,
        ),
      ),
    ];
  }

  /** By its definition: some way of memberships leads from the member to the group. */
  isMember(member: string, group: string, seen: readonly string[] = []): boolean {
    const members = this.groups.get(group)?.members ?? new Set();
    if (members.has(member)) return true;
    return [...members].some(
      (inner) => !seen.includes(inner) && this.isMember(member, inner, [...seen, inner]),
    );
  }

  private raise(id: string): number {
    const version = (this.versions.get(id) ?? 0) + 1;
    this.versions.set(id, version);
    return version;
  }

  private typeOf = (id: string): Member['type'] => (this.users.has(id) ? 'User' : 'Group');

  private tell(
    type: ChangeType,
    resourceType: Member['type'],
    id: string,
    attributes: { active?: boolean; displayName?: string },
    members?: { added: readonly string[]; removed: readonly string[] },
  ): void {
    const refer = (value: string): Member => ({ value, type: this.typeOf(value) });
    const number = this.feed.length;
    this.feed.push({
      id: `chg_${number}`,
      type,
      time: '2026-11-29T09:30:00Z',
      txn: `txn_${number}`,
      company: { id: 'c1', slug: 'acme' },
      actor: { credential: 'Okta' },
      attributes: [],
      resource: { type: resourceType, id, version: this.versions.get(id)!, ...attributes },
      ...(members && {
        members: { added: members.added.map(refer), removed: members.removed.map(refer), omitted: 0 },
      }),
    });
  }
}

/** A change of the company. */
export const step = fc.oneof(
  fc.record({
    act: fc.constant('user'),
    id: fc.constantFrom(...USERS),
    active: fc.boolean(),
    name: fc.string(),
  }),
  fc.record({ act: fc.constant('group'), id: fc.constantFrom(...GROUPS), name: fc.string() }),
  fc.record({
    act: fc.constant('members'),
    id: fc.constantFrom(...GROUPS),
    members: fc.uniqueArray(fc.constantFrom(...USERS, ...GROUPS), { maxLength: 4 }),
  }),
  fc.record({ act: fc.constant('delete'), id: fc.constantFrom(...USERS, ...GROUPS) }),
) as fc.Arbitrary<
  { readonly id: string } & (
    | { readonly act: 'user'; readonly active: boolean; readonly name: string }
    | { readonly act: 'group'; readonly name: string }
    | { readonly act: 'members'; readonly members: readonly string[] }
    | { readonly act: 'delete' }
  )
>;

/** Makes a change of the company. */
export function change(
  company: Company,
  made: typeof step extends fc.Arbitrary<infer Step> ? Step : never,
): void {
  if (made.act === 'user') company.saveUser(made.id, made.active, made.name);
  else if (made.act === 'group') company.saveGroup(made.id, made.name);
  else if (made.act === 'members') company.toggle(made.id, made.members);
  else company.delete(made.id);
}
