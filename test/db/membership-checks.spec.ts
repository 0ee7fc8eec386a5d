import fc from 'fast-check';
import { type MembershipChecksStore } from '../../src/checks/membership-checks.store.js';
import { type MembershipQuestion, type MembershipRule } from '../../src/checks/membership-question.js';
import { PostgresMembershipChecksStore } from '../../src/persistence/checks/postgres-membership-checks.store.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { runs } from '../support/property-runs.js';
import { MembershipGraph, names, rules, shapes } from './membership-graph.js';
import { delta, StoreRig } from './store-rig.js';

// Whatever graph of groups there is, with circles too: each answer is that of a model in memory.

const GRAPHS = 20;
const FREE: MembershipRule = { directOnly: false, includeInactive: false };

let rig: StoreRig;
let checks: MembershipChecksStore;
beforeAll(async () => {
  rig = await StoreRig.open();
  ({ checks } = rig);
});
afterAll(() => rig.close());

it('decides as the model does, one by one and together', async () => {
  const asked = fc.array(fc.tuple(names, names, rules), { minLength: 1, maxLength: 12 });
  const property = fc.asyncProperty(shapes, asked, async (shape, drawn) => {
    const graph = await MembershipGraph.make(rig, shape);
    const questions = drawn.map(([user, group, rule]): MembershipQuestion => ({
      user: graph.nameUser(user),
      group: graph.nameGroup(group),
      ...rule,
    }));
    const expected = questions.map((question) => graph.decide(question));
    expect(await checks.decide(graph.scope, questions)).toEqual(expected);
    const [first] = questions;
    if (first) expect(await checks.decide(graph.scope, [first])).toEqual(expected.slice(0, 1));
  });
  await fc.assert(property, runs(GRAPHS));
});

it('lists the groups of a user as the model does, page by page', async () => {
  const property = fc.asyncProperty(
    shapes,
    names,
    rules,
    fc.integer({ min: 1, max: 4 }),
    async (...drawn) => {
      const [shape, name, rule, limit] = drawn;
      const graph = await MembershipGraph.make(rig, shape);
      const user = graph.nameUser(name);
      const [found, other] = graph.usersNamed(user);
      const listed: unknown[] = [];
      let reason: string | undefined;
      for (let after: string | undefined, more = true; more;) {
        const part = await checks.groupsOf(graph.scope, user, rule, { after, limit });
        expect(part === undefined).toBe(found === undefined);
        reason = part?.reason;
        const items = part?.items ?? [];
        expect(items.length).toBeLessThanOrEqual(limit);
        listed.push(...items);
        after = part?.next;
        more = after !== undefined;
      }
      const inactive = found !== undefined && !graph.isActive(found) && !rule.includeInactive;
      expect(reason).toBe(other !== undefined ? 'ambiguous' : inactive ? 'inactive' : undefined);
      const direct = found === undefined ? new Set<number>() : graph.groupsOf(found, true);
      const places =
        reason === undefined && found !== undefined ? [...graph.groupsOf(found, rule.directOnly)] : [];
      const expected = places
        .sort((a, b) => a - b)
        .map((place) => ({
          id: graph.groups[place],
          displayName: `Group${place}`,
          externalId: shape.groups[place]?.externalId,
          direct: direct.has(place),
        }));
      expect(listed).toEqual(expected);
    },
  );
  await fc.assert(property, runs(GRAPHS));
});

it('lists the users of a group as the model does, page by page, and each of them is a member', async () => {
  const property = fc.asyncProperty(
    shapes,
    names,
    rules,
    fc.integer({ min: 1, max: 4 }),
    async (...drawn) => {
      const [shape, name, rule, limit] = drawn;
      const graph = await MembershipGraph.make(rig, shape);
      const group = graph.nameGroup(name);
      const [found, other] = graph.groupsNamed(group);
      const listed: string[] = [];
      for (let after: string | undefined, more = true; more;) {
        const part = await checks.usersOf(graph.scope, group, rule, { after, limit });
        expect(part.reason).toBe(other === undefined ? undefined : 'ambiguous');
        listed.push(...part.items);
        after = part.next;
        more = after !== undefined;
      }
      const members = graph.users.filter(
        (_, place) =>
          found !== undefined &&
          other === undefined &&
          graph.groupsOf(place, rule.directOnly).has(found) &&
          (graph.isActive(place) || rule.includeInactive),
      );
      expect(listed).toEqual(members);
      const questions = listed.map((id): MembershipQuestion => ({
        user: { by: 'id', value: id },
        group,
        ...rule,
      }));
      const decisions = await checks.decide(graph.scope, questions);
      expect(decisions).toEqual(listed.map(() => ({ member: true })));
    },
  );
  await fc.assert(property, runs(GRAPHS));
});

it('answers nothing of another company', async () => {
  const [ours, theirs] = [await rig.company(), await rig.company()];
  const attributes = { userName: 'ada', externalId: 'x', emails: [{ value: 'ada@example.com' }] };
  const user = await rig.users.insert(ours, attributes, { groups: false, manager: false });
  const membership = delta({ add: [user.id] });
  const { group } = await rig.groups.insert(ours, { displayName: 'G', externalId: 'g' }, membership, {
    members: false,
  });
  const users = [
    { by: 'id', value: user.id },
    { by: 'userName', value: 'ada' },
    { by: 'externalId', value: 'x' },
    { by: 'email', value: 'ada@example.com' },
  ] as const;
  const groups = [
    { by: 'id', value: group.id },
    { by: 'externalId', value: 'g' },
    { by: 'displayName', value: 'G' },
  ] as const;
  const questions = users.flatMap((named) => groups.map((where) => ({ user: named, group: where, ...FREE })));
  const part = { after: undefined, limit: 10 };
  expect(await checks.decide(ours, questions)).toEqual(questions.map(() => ({ member: true })));
  expect(await checks.decide(theirs, questions)).toEqual(questions.map(() => ({ member: false })));
  for (const named of users) {
    expect(await checks.groupsOf(theirs, named, FREE, part)).toBeUndefined();
    expect((await checks.groupsOf(ours, named, FREE, part))?.items).toHaveLength(1);
  }
  for (const where of groups) {
    expect(await checks.usersOf(theirs, where, FREE, part)).toEqual({ items: [], next: undefined });
    expect((await checks.usersOf(ours, where, FREE, part)).items).toEqual([user.id]);
  }
});

it('finds who is in a group by way of forty others, and beside others who are not', async () => {
  const scope = await rig.company();
  const ada = await rig.users.insert(scope, { userName: 'ada' }, { groups: false, manager: false });
  const chain: string[] = [];
  const putInto = async (displayName: string, member: string): Promise<string> => {
    const { group } = await rig.groups.insert(scope, { displayName }, delta({ add: [member] }), {
      members: false,
    });
    return group.id;
  };
  for (let member = ada.id; chain.length < 40;) {
    chain.push((member = await putInto(`g${chain.length}`, member)));
  }
  const ask = (user: string, group: string | undefined): MembershipQuestion => ({
    user: { by: 'id', value: user },
    group: { by: 'id', value: group ?? '' },
    ...FREE,
  });
  const grace = await rig.users.insert(scope, { userName: 'grace' }, { groups: false, manager: false });
  const apart = await putInto('apart', await putInto('inner', grace.id));
  const questions = [
    ask(ada.id, chain[5]),
    ask(ada.id, chain.at(-1)),
    ask(ada.id, apart),
    ask(grace.id, chain.at(-1)),
    ask(grace.id, apart),
  ];
  const expected = [true, true, false, false, true].map((member) => ({ member }));
  expect(await checks.decide(scope, questions)).toEqual(expected);
  expect(await checks.decide(scope, questions.slice(-1))).toEqual(expected.slice(-1));
});

describe('more groups than one request goes through', () => {
  const MOST = 3;
  const NO_OTHERS = { groups: false, manager: false };
  let scope: CompanyScope;
  let bounded: MembershipChecksStore;
  /** A user, the groups that he is in, each within the next one, and the one around them all. */
  let user: string;
  let chain: readonly string[];

  beforeAll(async () => {
    const limits = { up: MOST, down: MOST };
    bounded = new PostgresMembershipChecksStore(
      rig.transaction,
      BUILT_IN_RESOURCE_TYPES,
      rig.indexed,
      limits,
    );
    scope = await rig.company();
    user = (await rig.users.insert(scope, { userName: 'ada' }, NO_OTHERS)).id;
    const made: string[] = [];
    for (let member = user; made.length < MOST + 2;) {
      const add = delta({ add: [member] });
      const { group } = await rig.groups.insert(scope, { displayName: `g${made.length}` }, add, {
        members: false,
      });
      made.push((member = group.id));
    }
    chain = made;
  });

  const ask = (place: number, rule = FREE): Promise<unknown> =>
    bounded.decide(scope, [
      { user: { by: 'id', value: user }, group: { by: 'id', value: chain[place] ?? '' }, ...rule },
    ]);
  const tooMany = { status: 400, scimType: 'tooMany' };
  const part = { after: undefined, limit: 10 };

  it('are refused rather than taken for no membership', async () => {
    for (let place = 0; place <= MOST; place += 1) expect(await ask(place)).toEqual([{ member: true }]);
    await expect(ask(MOST + 1)).rejects.toMatchObject(tooMany);
    expect(await ask(MOST + 1, { ...FREE, directOnly: true })).toEqual([{ member: false }]);
  });

  it('are refused in lists', async () => {
    const named = { by: 'id', value: user } as const;
    const group = { by: 'id', value: chain.at(-1) ?? '' } as const;
    await expect(bounded.groupsOf(scope, named, FREE, part)).rejects.toMatchObject(tooMany);
    await expect(bounded.usersOf(scope, group, FREE, part)).rejects.toMatchObject(tooMany);
    const direct = { ...FREE, directOnly: true };
    expect((await bounded.groupsOf(scope, named, direct, part))?.items).toHaveLength(1);
    expect((await bounded.usersOf(scope, group, direct, part)).items).toEqual([]);
  });
});
