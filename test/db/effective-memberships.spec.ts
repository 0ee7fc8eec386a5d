import fc from 'fast-check';
import { Administration } from '../../src/administration/administration.js';
import { type Way } from '../../src/administration/directory/effective-memberships.js';
import { type Page, type PageRequest } from '../../src/administration/journal/page.js';
import { runs } from '../support/property-runs.js';
import { MembershipGraph, type Shape, shapes } from './membership-graph.js';
import { StoreRig } from './store-rig.js';

const GRAPHS = 25;

let rig: StoreRig;
let administration: Administration;

beforeAll(async () => {
  rig = await StoreRig.open();
  administration = await Administration.open(rig.database.url);
});
afterAll(async () => {
  await administration.close();
  await rig.close();
});

/** All parts of a list. */
async function allOf<T>(count: number, read: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const { items, next }: Page<T> = await read({ count, cursor });
    found.push(...items);
    cursor = next ?? undefined;
    more = next !== null;
  }
  return found;
}

/** How many groups lie between a user and each of the groups that the user is in. */
function distancesOf(graph: MembershipGraph, { nested }: Shape, user: number): ReadonlyMap<number, number> {
  const distances = new Map([...graph.groupsOf(user, true)].map((group) => [group, 0]));
  for (const [group, distance] of distances) {
    for (const [outer, member] of nested) {
      if (member === group && outer < graph.groups.length && !distances.has(outer)) {
        distances.set(outer, distance + 1);
      }
    }
  }
  return distances;
}

/** Whether a way leads from a user to a group by memberships that there are. */
function leads(
  { path }: Way,
  graph: MembershipGraph,
  { nested }: Shape,
  user: number,
  group: string,
): boolean {
  const places = [...path.map(({ value }) => value), group].map((id) => graph.groups.indexOf(id));
  return places.every((place, index) => {
    const before = places[index - 1];
    return before === undefined
      ? graph.groupsOf(user, true).has(place)
      : nested.some(([outer, member]) => outer === place && member === before);
  });
}

it('tells the groups of each user, and the users of each group, as the model does, each with a shortest way', async () => {
  const property = fc.asyncProperty(shapes, fc.integer({ min: 1, max: 4 }), async (shape, count) => {
    const graph = await MembershipGraph.make(rig, shape);
    const { slug } = graph.scope;
    const { effectiveMemberships } = administration;
    for (const [place, user] of graph.users.entries()) {
      const distances = distancesOf(graph, shape, place);
      const groups = await allOf(count, (page) => effectiveMemberships.groups(slug, user, page));
      expect(new Map(groups.map(({ value, path }) => [graph.groups.indexOf(value), path.length]))).toEqual(
        new Map([...distances].sort(([a], [b]) => a - b)),
      );
      for (const group of groups) {
        expect(leads(group, graph, shape, place, group.value)).toBe(true);
        expect(group.since !== null).toBe(group.path.length === 0);
      }
    }
    for (const [place, group] of graph.groups.entries()) {
      const members = await allOf(count, (page) => effectiveMemberships.members(slug, group, page));
      const expected = graph.users.flatMap((value, user) => {
        const distance = distancesOf(graph, shape, user).get(place);
        return distance === undefined ? [] : [[value, distance]];
      });
      expect(members.map(({ value, path }) => [value, path.length])).toEqual(expected);
      for (const member of members) {
        expect(leads(member, graph, shape, graph.users.indexOf(member.value), group)).toBe(true);
      }
    }
  });
  await fc.assert(property, runs(GRAPHS));
});
