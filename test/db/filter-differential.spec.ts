import fc from 'fast-check';
import { bindFilter } from '../../src/protocol/filter/bind-filter.js';
import { evaluateFilter } from '../../src/protocol/filter/evaluate-filter.js';
import { type BoundFilter, type Filter } from '../../src/protocol/filter/filter.js';
import { FilterParser } from '../../src/protocol/filter/filter.parser.js';
import { printFilter } from '../../src/protocol/filter/print-filter.js';
import { type JsonObject } from '../../src/protocol/json.js';
import {
  locationsBelow,
  representGroupHead,
  representMember,
  representUser,
} from '../../src/protocol/resource/representation.js';
import { type BoundAttribute, definitionOf } from '../../src/protocol/schema/attribute-path.js';
import { type AttributeType, type ResourceType } from '../../src/protocol/schema/schema.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { groupsToCreate, usersToCreate, withManager } from '../support/arbitraries/company.arbitrary.js';
import { EVERY_TYPE } from '../support/arbitraries/every-type.schema.js';
import {
  type AnyOperator,
  compared,
  FilterSource,
  OPERATORS_OF,
  operatorsOn,
  targetsOf,
} from '../support/arbitraries/filter.arbitrary.js';
import { spellLeniently } from '../support/arbitraries/lenient-filter.js';
import { print, seededRun } from '../support/arbitraries/seeded-run.js';
import { ValueSource } from '../support/arbitraries/value.arbitrary.js';
import { delta, listOf, membersOf, StoreRig } from './store-rig.js';
import { titled } from '../support/titled.js';

const BASE = 'https://host/base/v2';
const USERS = 60;
const GROUPS = 30;
const FILTERS_PER_OPERATOR = 1;
/** Of attributes with a column of their own, which are compared by other statements than all others. */
const FILTERS_PER_OPERATOR_ON_KEYS = 8;
const KEYS: readonly string[] = ['id', 'userName', 'displayName', 'externalId'];
/** Where one filter on each attribute judges too few resources, finds none or all, more are drawn so many times. */
const MOST_SERIES = 20;
const VALUE_PATHS = 300;
const COMBINATIONS = 400;
const LEAST_PAIRS = 5_000;
const LEAST_FILTERS = 500;
const LEAST_MATCHING = 0.3;
const LEAST_PAIRS_PER_CASE = 50;

const { seed, factor } = seededRun('filter differential');
const parser = new FilterParser();
const base = locationsBelow(BASE);
const everything = { startIndex: 1, count: 1_000, baseUri: BASE };

let rig: StoreRig;
let scope: CompanyScope;
/** Every resource of the company as a client sees it. */
const shown: Record<ResourceType['name'], JsonObject[]> = { User: [], Group: [] };

/** One resource judged by one filter is a pair; a case is an operator, a type and one value or several. */
const counted = { pairs: 0, matching: 0, filters: new Set<string>(), cases: new Map<string, Tally>() };
interface Tally {
  pairs: number;
  matching: number;
}

beforeAll(async () => {
  rig = await StoreRig.open(EVERY_TYPE);
  scope = await rig.company({ duplicateGroupNames: true });
  await fill(scope, seed);
  await fill(await rig.company({ duplicateGroupNames: true }), seed);
  await readAll();
}, 60_000);
afterAll(() => rig.close());

/** Users with managers among them, groups in groups, a ring, and some that were changed. */
async function fill(company: CompanyScope, from: number): Promise<void> {
  const source = new ValueSource(from);
  const pick = <T>(values: readonly T[], draw: number): fc.Arbitrary<T[]> =>
    fc.subarray([...values], { maxLength: Math.min(values.length, draw) });
  const users: string[] = [];
  for (const [index, attributes] of usersToCreate(source, USERS, from).entries()) {
    const boss = users[index % 7] ?? 'nobody';
    const manager = ['', 'nobody', boss, boss, boss, boss.toUpperCase()][index % 6] ?? boss;
    const managed = index % 5 === 0 ? attributes : withManager(attributes, manager);
    users.push((await rig.users.insert(company, managed, { groups: false, manager: false })).id);
  }
  const groups: string[] = [];
  for (const [index, attributes] of groupsToCreate(source, GROUPS, from).entries()) {
    const [members] = fc.sample(fc.tuple(pick(users, 6), pick(groups, 2)), {
      seed: from + index,
      numRuns: 1,
    });
    const add = index % 5 === 0 ? [] : (members ?? []).flat();
    const { group } = await rig.groups.insert(company, attributes, delta({ add }), { members: false });
    groups.push(group.id);
  }
  const [first = '', second = '', third = ''] = groups;
  for (const [group, member] of [
    [first, second],
    [second, third],
    [third, first],
    [third, third],
  ]) {
    const membership = delta({ add: [member ?? ''] });
    const update = { change: (same: JsonObject) => same, membership, precondition: undefined };
    await rig.groups.update(company, group ?? '', update, { members: false });
  }
  for (const id of users.slice(0, 20)) {
    const change = (before: JsonObject): JsonObject => ({ ...before, nickName: 'changed' });
    await rig.users.update(company, id, change, undefined, { groups: false, manager: false });
  }
}

async function readAll(): Promise<void> {
  const users = await rig.users.list(scope, listOf(EVERY_TYPE.user, everything), {
    groups: true,
    manager: true,
  });
  for await (const user of users.resources) shown.User.push(representUser(user, EVERY_TYPE.user, base));
  const groups = await rig.groups.list(scope, listOf(EVERY_TYPE.group, everything), { members: true });
  for await (const group of groups.resources) {
    const members = (await membersOf(group)).map((member) => representMember(member, base));
    shown.Group.push({ ...representGroupHead(group, EVERY_TYPE.group, base), members });
  }
}

/** Judges every resource by the filter, on both sides, and counts. */
async function judge(type: ResourceType, filter: Filter): Promise<void> {
  const text = printFilter(filter);
  const bound = bindFilter(parser.parse(text, { dialect: 'strict' }), type, {
    dialect: 'strict',
    baseUri: BASE,
  });
  const lenient = spellLeniently(filter, counted.filters.size);
  const same = bindFilter(parser.parse(lenient, { dialect: 'lenient' }), type, {
    dialect: 'lenient',
    baseUri: BASE,
  });
  expect({ lenient, bound: same }).toEqual({ lenient, bound });
  const expected = shown[type.name].filter((resource) => evaluateFilter(bound, resource)).map(({ id }) => id);
  const { totalResults, found } = await idsInDatabase(type, bound);
  expect({ filter: text, found, totalResults }).toEqual({
    filter: text,
    found: expected,
    totalResults: expected.length,
  });
  count(bound, `${type.name} ${text}`, expected.length, shown[type.name].length);
}

async function idsInDatabase(
  type: ResourceType,
  filter: BoundFilter,
): Promise<{ totalResults: number; found: string[] }> {
  const plan = listOf(type, { ...everything, filter });
  const { totalResults, resources } =
    type.name === 'User'
      ? await rig.users.list(scope, plan, { groups: false, manager: false })
      : await rig.groups.list(scope, plan, { members: false });
  const found: string[] = [];
  for await (const { id } of resources) found.push(id);
  return { totalResults, found };
}

function count(bound: BoundFilter, text: string, matching: number, pairs: number): void {
  counted.filters.add(text);
  counted.pairs += pairs;
  counted.matching += matching;
  for (const name of new Set(casesIn(bound))) {
    const tally = counted.cases.get(name) ?? { pairs: 0, matching: 0 };
    counted.cases.set(name, { pairs: tally.pairs + pairs, matching: tally.matching + matching });
  }
}

function casesIn(filter: BoundFilter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.flatMap(casesIn);
    case 'not':
      return casesIn(filter.operand);
    case 'valuePath':
      return casesIn(filter.filter);
    case 'compare':
      return [caseOf(filter.target, filter.operator)];
    case 'present':
      return [caseOf(filter.target, 'pr')];
    case 'constant':
      return [];
  }
}

function caseOf(target: BoundAttribute, operator: AnyOperator): string {
  const several = target.attribute.multiValued || definitionOf(target).multiValued;
  return caseName(definitionOf(target).type, operator, several);
}

function caseName(type: AttributeType, operator: AnyOperator, multiValued: boolean): string {
  return `${type} ${operator} ${multiValued ? 'several' : 'one'}`;
}

const LEGAL_CASES = (Object.keys(OPERATORS_OF) as AttributeType[]).flatMap((type) =>
  OPERATORS_OF[type].flatMap((operator) => [caseName(type, operator, false), caseName(type, operator, true)]),
);

/** @param series Tells draws from the same filters apart. */
async function judgeAll(
  type: ResourceType,
  filters: fc.Arbitrary<Filter>,
  numRuns: number,
  series = 0,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(filters, (filter) => judge(type, filter)),
    { seed: seed + series, numRuns: Math.ceil(numRuns * factor) },
  );
}

/** Whether its filters have judged too few resources so far: a comparison that never holds counts as no case. */
function isRare(tally: Tally | undefined): boolean {
  return (tally?.pairs ?? 0) < LEAST_PAIRS_PER_CASE;
}

/** Whether its filters have found nothing so far, or everything. */
function isOneSided({ pairs, matching }: Tally): boolean {
  return matching === 0 || matching === pairs;
}

const TYPES = [EVERY_TYPE.user, EVERY_TYPE.group];

describe.each(titled(TYPES, 'name'))('filters on %s in PostgreSQL and in memory', (_, type) => {
  const source = (): FilterSource => new FilterSource(type, shown[type.name]);

  it('FIL-02, FIL-05..09, FIL-14, FIL-19, FIL-24, FIL-25: agree on every operator of every attribute', async () => {
    const filters = source();
    for (const target of targetsOf(type)) {
      for (const operator of operatorsOn(target)) {
        const isKey = target.extension === undefined && KEYS.includes(target.attribute.name);
        const runs = isKey ? FILTERS_PER_OPERATOR_ON_KEYS : FILTERS_PER_OPERATOR;
        await judgeAll(type, filters.leaf(target, operator), runs);
      }
    }
  }, 600_000);

  it('FIL-02, FIL-09: agree on more filters where those of an operator were too few, found nothing or everything', async () => {
    const filters = source();
    for (let series = 1; series <= MOST_SERIES; series += 1) {
      for (const target of targetsOf(type)) {
        for (const operator of operatorsOn(target)) {
          const tally = counted.cases.get(caseOf(compared(target), operator));
          if (tally && !isRare(tally) && !isOneSided(tally)) continue;
          await judgeAll(type, filters.leaf(target, operator), 1, series);
        }
      }
    }
  }, 600_000);

  it('FIL-10, FIL-11: agree on value paths', async () => {
    await judgeAll(type, source().anyValuePath(), VALUE_PATHS);
  }, 600_000);

  it('FIL-04, FIL-31: agree on and, or and not over all of them, and on the total', async () => {
    await judgeAll(type, source().any(), COMBINATIONS);
  }, 600_000);
});

describe('the filters of this run', () => {
  it('were enough, found something, and covered every operator, type and cardinality', () => {
    const { pairs, matching, filters, cases } = counted;
    const share = matching / pairs;
    print(
      `filter differential: ${pairs} pairs, ${filters.size} filters, ${(share * 100).toFixed(1)} % matching, ` +
        `${cases.size} cases, the rarest ${Math.min(...[...cases.values()].map((tally) => tally.pairs))} pairs`,
    );
    expect(pairs).toBeGreaterThanOrEqual(LEAST_PAIRS * factor);
    expect(filters.size).toBeGreaterThanOrEqual(LEAST_FILTERS);
    expect(share).toBeGreaterThanOrEqual(LEAST_MATCHING);
    const rare = LEGAL_CASES.filter((name) => isRare(cases.get(name)));
    expect(rare).toEqual([]);
    expect([...cases].filter(([, tally]) => isOneSided(tally))).toEqual([]);
  });
});
