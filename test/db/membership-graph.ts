import fc from 'fast-check';
import {
  type MembershipDecision,
  type MembershipQuestion,
  type MembershipRule,
  type NamedGroup,
  type NamedUser,
} from '../../src/checks/membership-question.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { NO_MEMBER_CHANGE, type StoreRig } from './store-rig.js';

/** What a graph is made by. */
export type GraphMaker = Pick<StoreRig, 'company' | 'users' | 'groups' | 'admin'>;

/** Users and groups, and which group has which user or group as a member; by their places. */
export interface Shape {
  readonly users: readonly UserShape[];
  readonly groups: readonly { readonly externalId: string | undefined }[];
  /** Pairs of a group and a user. */
  readonly members: readonly (readonly [group: number, user: number])[];
  /** Pairs of a group and a group that is a member of it; of itself, and in circles, too. */
  readonly nested: readonly (readonly [group: number, member: number])[];
}

interface UserShape {
  readonly externalId: string | undefined;
  readonly emails: readonly string[];
  readonly active: boolean;
}

const MOST = 7;
/** Few, so that several users have one. */
const externalId = fc.constantFrom(undefined, 'x1', 'x2', 'X1');
const email = fc.constantFrom('ada@example.com', 'Grace@example.com', 'Zoë@example.com');

export const shapes: fc.Arbitrary<Shape> = fc.record({
  users: fc.array(
    fc.record({
      externalId,
      emails: fc.uniqueArray(email, { maxLength: 2 }),
      active: fc.boolean(),
    }),
    { minLength: 1, maxLength: MOST },
  ),
  groups: fc.array(fc.record({ externalId }), { minLength: 1, maxLength: MOST }),
  members: pairs(6),
  nested: pairs(12),
});

function pairs(maxLength: number): fc.Arbitrary<readonly (readonly [number, number])[]> {
  const place = fc.nat(MOST - 1);
  return fc.uniqueArray(fc.tuple(place, place), { maxLength, selector: ([a, b]) => `${a} ${b}` });
}

export const rules: fc.Arbitrary<MembershipRule> = fc.record({
  directOnly: fc.boolean(),
  includeInactive: fc.boolean(),
});

/** Names of users and groups that there are and that there are not, before it is known what ids they have. */
export type NameShape = readonly [kind: number, place: number];
export const names: fc.Arbitrary<NameShape> = fc.tuple(fc.nat(4), fc.nat(MOST));

/** A company of a shape, and what is true of it. */
export class MembershipGraph {
  private constructor(
    readonly scope: CompanyScope,
    private readonly shape: Shape,
    readonly users: readonly string[],
    readonly groups: readonly string[],
  ) {}

  static async make(rig: GraphMaker, shape: Shape): Promise<MembershipGraph> {
    const scope = await rig.company();
    const users: string[] = [];
    for (const [place, { externalId, emails, active }] of shape.users.entries()) {
      const attributes = {
        userName: `User${place}`,
        active,
        ...(externalId !== undefined && { externalId }),
        ...(emails.length > 0 && { emails: emails.map((value) => ({ value })) }),
      };
      users.push((await rig.users.insert(scope, attributes, { groups: false, manager: false })).id);
    }
    const groups: string[] = [];
    for (const [place, { externalId }] of shape.groups.entries()) {
      const attributes = { displayName: `Group${place}`, ...(externalId !== undefined && { externalId }) };
      const { group } = await rig.groups.insert(scope, attributes, NO_MEMBER_CHANGE, { members: false });
      groups.push(group.id);
    }
    const existing = {
      ...shape,
      members: shape.members.filter(([group, user]) => group < groups.length && user < users.length),
      nested: shape.nested.filter(([group, member]) => group < groups.length && member < groups.length),
    };
    const insert = async (
      column: string,
      pairs: Shape['members'],
      members: readonly string[],
    ): Promise<void> => {
      await rig.admin.query(
        `INSERT INTO memberships (company_id, group_id, member_id, ${column})
         SELECT $1::bigint, read_resource_id(g), read_resource_id(m), read_resource_id(m)
         FROM unnest($2::text[], $3::text[]) p (g, m)`,
        [scope.companyId, pairs.map(([group]) => groups[group]), pairs.map(([, member]) => members[member])],
      );
    };
    await insert('member_user_id', existing.members, users);
    await insert('member_group_id', existing.nested, groups);
    return new MembershipGraph(scope, existing, users, groups);
  }

  nameUser([kind, place]: NameShape): NamedUser {
    const user = this.shape.users[place];
    switch (kind) {
      case 0:
        return { by: 'userName', value: `USER${place}` };
      case 1:
        return { by: 'externalId', value: user?.externalId ?? 'x1' };
      case 2:
        return { by: 'email', value: user?.emails[0]?.toUpperCase() ?? 'ada@example.com' };
      case 3:
        return { by: 'id', value: this.groups[place] ?? 'no id' };
      default:
        return { by: 'id', value: this.users[place] ?? '0000000000000001' };
    }
  }

  nameGroup([kind, place]: NameShape): NamedGroup {
    switch (kind) {
      case 0:
        return { by: 'displayName', value: `gROUP${place}` };
      case 1:
        return { by: 'externalId', value: this.shape.groups[place]?.externalId ?? 'x2' };
      case 2:
        return { by: 'id', value: this.users[place] ?? '' };
      default:
        return { by: 'id', value: this.groups[place] ?? '0000000000000001' };
    }
  }

  decide({ user, group, ...rule }: MembershipQuestion): MembershipDecision {
    const users = this.usersNamed(user);
    const groups = this.groupsNamed(group);
    if (users.length > 1 || groups.length > 1) return { member: false, reason: 'ambiguous' };
    const [who] = users;
    const [where] = groups;
    if (who !== undefined && this.shape.users[who]?.active === false && !rule.includeInactive) {
      return { member: false, reason: 'inactive' };
    }
    if (who === undefined || where === undefined) return { member: false };
    return { member: this.groupsOf(who, rule.directOnly).has(where) };
  }

  usersNamed({ by, value }: NamedUser): readonly number[] {
    return placesOf(this.shape.users, ({ externalId, emails }, place) => {
      if (by === 'id') return this.users[place] === value;
      if (by === 'externalId') return externalId === value;
      const same = (text: string): boolean => fold(text) === fold(value);
      return by === 'userName' ? same(`User${place}`) : emails.some(same);
    });
  }

  groupsNamed({ by, value }: NamedGroup): readonly number[] {
    return placesOf(this.shape.groups, ({ externalId }, place) => {
      if (by === 'id') return this.groups[place] === value;
      return by === 'externalId' ? externalId === value : fold(`Group${place}`) === fold(value);
    });
  }

  /** The places of the groups that a user is in. */
  groupsOf(user: number, directOnly: boolean): ReadonlySet<number> {
    const found = new Set(this.shape.members.filter(([, member]) => member === user).map(([group]) => group));
    if (directOnly) return found;
    for (const inner of found) {
      for (const [group, member] of this.shape.nested) if (member === inner) found.add(group);
    }
    return found;
  }

  isActive(user: number): boolean {
    return this.shape.users[user]?.active === true;
  }
}

const fold = (text: string): string => text.toLowerCase();

function placesOf<T>(all: readonly T[], has: (each: T, place: number) => boolean): readonly number[] {
  return all.flatMap((each, place) => (has(each, place) ? [place] : []));
}
