import fc from 'fast-check';
import { ScimError } from '../../src/protocol/error/scim-error.js';
import { bindFilter } from '../../src/protocol/filter/bind-filter.js';
import { evaluateFilter } from '../../src/protocol/filter/evaluate-filter.js';
import { type BoundFilter, type CompareOperator, type Filter } from '../../src/protocol/filter/filter.js';
import { type JsonObject } from '../../src/protocol/json.js';
import { type Attributes } from '../../src/protocol/resource/resource.js';
import {
  locationsBelow,
  representGroupHead,
  representMember,
  representUser,
} from '../../src/protocol/resource/representation.js';
import { COMMON_ATTRIBUTES } from '../../src/protocol/schema/common-attributes.js';
import { resolveAttribute } from '../../src/protocol/schema/attribute-path.js';
import { attribute } from '../../src/protocol/schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { SchemaRegistry } from '../../src/protocol/schema/schema-registry.js';
import {
  type AttributeDefinition,
  type ResourceType,
  type SchemaDefinition,
} from '../../src/protocol/schema/schema.js';
import { compareCodePoints } from '../../src/protocol/text/fold-case.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { delta, listOf, membersOf, StoreRig } from './store-rig.js';
import { titled } from '../support/titled.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const BASE = 'https://host/scim';
const BADGE = 'urn:example:schemas:Badge';

/** Types that no schema of the RFC has at these places. */
const BADGE_SCHEMA: SchemaDefinition = {
  id: BADGE,
  name: 'Badge',
  description: 'Badge',
  attributes: [
    attribute('number', 'Number.', { type: 'integer' }),
    attribute('weight', 'Weight.', { type: 'decimal' }),
    attribute('issued', 'When it was issued.', { type: 'dateTime' }),
    attribute('labels', 'Labels.', { multiValued: true }),
    attribute('uses', 'Uses.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('at', 'When.', { type: 'dateTime' }),
        attribute('door', 'Where.', { type: 'integer' }),
        attribute('value', 'What.', { caseExact: true }),
      ],
    }),
  ],
};
const { user, group } = BUILT_IN_RESOURCE_TYPES;
const SCHEMAS = new SchemaRegistry(
  { ...user, schemaExtensions: [...user.schemaExtensions, { schema: BADGE_SCHEMA, required: false }] },
  group,
);

const OPERATORS: readonly CompareOperator[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'];
const RUNS = 400;

let rig: StoreRig;
let scope: CompanyScope;
/** Every resource of the company as a client sees it, by type. */
const shown: Record<'User' | 'Group', JsonObject[]> = { User: [], Group: [] };

const usersOf = (boss: string): readonly Attributes[] => [
  { userName: 'Ada.Lovelace', displayName: 'Ada', externalId: 'Ext1', active: true, title: 'Countess' },
  { userName: 'über_100%', displayName: 'ÜBER', externalId: 'ext1', active: false, title: '' },
  {
    userName: 'bob\\o%_"\'',
    name: { givenName: 'Bob', familyName: 'o%_' },
    emails: [
      { value: 'Bob@Work.example', type: 'work', primary: true },
      { value: 'bob@home.example', type: 'home' },
    ],
    [ENTERPRISE]: { manager: { value: boss }, department: 'R&D' },
  },
  {
    userName: '\u{1F600}\uFFFD',
    emails: [{ value: 'bob@home.example', type: 'work', primary: false }],
    [BADGE]: {
      number: 9,
      weight: -2.5e10,
      issued: '2024-01-01T00:00:00.5Z',
      labels: [''],
      uses: [
        { at: '2024-01-01T00:00:00.250Z', door: 7, value: 'In' },
        { at: '2023-12-31T23:00:00-01:00', door: 70, value: 'in' },
      ],
    },
    roles: [{ value: 'Admin' }, { type: 'work', display: '' }],
    [ENTERPRISE]: { employeeNumber: '007', manager: { value: boss.toUpperCase() } },
  },
  {
    userName: 'full\nline',
    name: { formatted: 'ＦＵＬＬ', honorificPrefix: '' },
    emails: [{ type: 'work' }, { value: '', primary: true }],
    phoneNumbers: [{ value: '+1 (2)', type: 'mobile' }],
    addresses: [
      { type: 'work', country: 'DE', primary: true },
      { type: 'home', country: 'de', locality: 'Köln' },
    ],
    profileUrl: 'https://x/Ada',
    [BADGE]: { number: 10, weight: 0.1, issued: '2024-01-01T01:00:00+01:00', labels: ['Ä', 'b'] },
    [ENTERPRISE]: { manager: { value: 'nobody' }, department: 'r&d', costCenter: 'a' },
  },
];

async function fill(): Promise<void> {
  const read = { groups: true, manager: true };
  const boss = await rig.users.insert(scope, { userName: 'Boss', displayName: 'Big Boss' }, read);
  const ids = [boss.id];
  for (const attributes of usersOf(boss.id)) ids.push((await rig.users.insert(scope, attributes, read)).id);
  const group = async (attributes: Attributes, add: readonly (string | undefined)[]): Promise<string> => {
    const known = add.filter((id) => id !== undefined);
    return (await rig.groups.insert(scope, attributes, delta({ add: known }), { members: false })).group.id;
  };
  const inner = await group({ displayName: 'Inner', externalId: 'G' }, [ids[1], ids[2]]);
  const outer = await group({ displayName: 'outer' }, [inner, ids[1]]);
  const ring = await group({ displayName: 'Ring' }, [outer]);
  await group({ displayName: 'empty', externalId: '' }, []);
  const update = {
    change: (a: Attributes) => a,
    membership: delta({ add: [ring] }),
    precondition: undefined,
  };
  await rig.groups.update(scope, inner, update, { members: false });
  await rig.users.update(scope, ids[3] ?? '', (a) => ({ ...a, nickName: 'Z' }), undefined, read);
}

async function readAll(): Promise<void> {
  const base = locationsBelow(BASE);
  const users = await rig.users.list(scope, listOf(SCHEMAS.user, { baseUri: BASE }), {
    groups: true,
    manager: true,
  });
  for await (const user of users.resources) shown.User.push(representUser(user, SCHEMAS.user, base));
  const groups = await rig.groups.list(scope, listOf(SCHEMAS.group, { baseUri: BASE }), { members: true });
  for await (const group of groups.resources) {
    const members = (await membersOf(group)).map((member) => representMember(member, base));
    shown.Group.push({ ...representGroupHead(group, SCHEMAS.group, base), members });
  }
}

beforeAll(async () => {
  rig = await StoreRig.open(SCHEMAS);
  scope = await rig.company();
  await fill();
  await readAll();
  const stranger = await rig.company();
  await rig.users.insert(stranger, { userName: 'ada.lovelace' }, { groups: false, manager: false });
});
afterAll(() => rig.close());

async function idsInDatabase(type: ResourceType, filter: BoundFilter): Promise<readonly unknown[]> {
  const plan = listOf(type, { filter, baseUri: BASE });
  const page =
    type.name === 'User'
      ? await rig.users.list(scope, plan, { groups: false, manager: false })
      : await rig.groups.list(scope, plan, { members: false });
  const ids: string[] = [];
  for await (const { id } of page.resources) ids.push(id);
  expect(page.totalResults).toBe(ids.length);
  return ids;
}

/** How many resources match, after making sure that both sides find the same. */
async function agree(type: ResourceType, filter: Filter): Promise<number> {
  let bound: BoundFilter;
  try {
    bound = bindFilter(filter, type, { dialect: 'strict' });
  } catch (error) {
    if (error instanceof ScimError) return 0;
    throw error;
  }
  const expected = shown[type.name].filter((resource) => evaluateFilter(bound, resource)).map(({ id }) => id);
  const found = await idsInDatabase(type, bound);
  expect({ filter, found }).toEqual({ filter, found: expected });
  return expected.length;
}

const name = (text: string): { text: string; column: number } => ({ text, column: 1 });

interface Name {
  readonly text: string;
  readonly path: string;
  readonly subs: readonly string[];
}

/** Every attribute and sub-attribute that the type has. */
function namesOf(type: ResourceType): readonly Name[] {
  const named = (prefix: string, attributes: readonly AttributeDefinition[]): Name[] =>
    attributes.flatMap(({ name: own, subAttributes = [] }) => [
      { text: prefix + own, path: own, subs: subAttributes.map((sub) => sub.name) },
      ...subAttributes.map((sub) => ({ text: `${prefix}${own}.${sub.name}`, path: own, subs: [] })),
    ]);
  return [
    ...named('', [...COMMON_ATTRIBUTES, ...type.schema.attributes]),
    ...type.schemaExtensions.flatMap(({ schema }) => named(`${schema.id}:`, schema.attributes)),
  ];
}

/** Texts and booleans anywhere in the resources, and parts of them. */
function literalsIn(value: unknown): readonly (string | boolean | number)[] {
  if (typeof value === 'string') return [value, value.slice(0, 3), value.slice(-3), value.toUpperCase()];
  if (typeof value === 'boolean') return [value];
  if (typeof value === 'number') return [value, value + 1];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(literalsIn) : [];
}

const TRAPS = [
  '',
  '%',
  '_',
  '\\',
  `'`,
  '"',
  'a%',
  'zzz',
  true,
  false,
  '2024-01-01T00:00:00+02:00',
  '\u{10FFFF}',
  '\uD7FF',
];

/** Literals that one attribute meets in the data, and traps. */
function literalsFor(type: ResourceType, text: string): readonly (string | boolean | number)[] {
  const resolution = resolveAttribute(type, text);
  if (resolution.kind !== 'attribute') throw new Error(text);
  const { extension, attribute, subAttribute } = resolution.target;
  const own = shown[type.name].flatMap((resource) => {
    const holder = (extension === undefined ? resource : resource[extension]) as JsonObject | undefined;
    const values = [holder?.[attribute.name]].flat() as (JsonObject | undefined)[];
    return subAttribute ? values.map((value) => value?.[subAttribute.name]) : values;
  });
  return [...new Set([...own.flatMap(literalsIn), ...TRAPS])];
}

describe.each(titled([SCHEMAS.user, SCHEMAS.group], 'name'))('filters on %s', (_, type) => {
  it('FIL-02, FIL-19, FIL-24, FIL-25: every attribute × operator × value finds what the oracle finds', async () => {
    let matched = 0;
    let asked = 0;
    for (const { text } of namesOf(type)) {
      await agree(type, { kind: 'present', name: name(text) });
      for (const operator of OPERATORS) {
        for (const value of fc.sample(fc.constantFrom(...literalsFor(type, text)), {
          numRuns: 6,
          seed: asked,
        })) {
          matched += await agree(type, {
            kind: 'compare',
            name: name(text),
            operator,
            value: { value, column: 1 },
          });
          asked++;
        }
      }
    }
    expect(matched).toBeGreaterThan(asked / 4);
  }, 120_000);

  it('FIL-04, FIL-10, FIL-11: so do value paths and nested logic', async () => {
    const names = namesOf(type);
    const leaf = (
      texts: readonly string[],
      literals: (text: string) => readonly (string | boolean | number)[],
    ): fc.Arbitrary<Filter> =>
      fc.constantFrom(...texts).chain((text) =>
        fc.oneof(
          fc.constant<Filter>({ kind: 'present', name: name(text) }),
          fc
            .record({ operator: fc.constantFrom(...OPERATORS), value: fc.constantFrom(...literals(text)) })
            .map(({ operator, value }): Filter => ({
              kind: 'compare',
              name: name(text),
              operator,
              value: { value, column: 1 },
            })),
        ),
      );
    const logic = (inner: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> =>
      fc.oneof(
        inner,
        inner.map((operand): Filter => ({ kind: 'not', operand })),
        fc
          .record({
            kind: fc.constantFrom('and' as const, 'or' as const),
            operands: fc.array(inner, { minLength: 2, maxLength: 3 }),
          })
          .map((filter): Filter => filter),
      );
    const valuePath = fc
      .constantFrom(...names.filter(({ subs }) => subs.length > 0))
      .chain(({ text, subs }) =>
        logic(leaf(subs, (sub) => literalsFor(type, `${text}.${sub}`))).map((filter): Filter => ({
          kind: 'valuePath',
          name: name(text),
          filter,
        })),
      );
    const plain = leaf(
      names.map(({ text }) => text),
      (text) => literalsFor(type, text),
    );
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(logic(logic(fc.oneof(plain, valuePath))), async (filter) => {
        matched += await agree(type, filter);
      }),
      { numRuns: RUNS },
    );
    expect(matched).toBeGreaterThan(RUNS / 4);
  }, 120_000);
});

describe('sorting', () => {
  const texts: readonly [string, ResourceType][] = [
    ['userName', SCHEMAS.user],
    ['emails', SCHEMAS.user],
    ['addresses.country', SCHEMAS.user],
    ['name.formatted', SCHEMAS.user],
    ['manager.displayName', SCHEMAS.user],
    ['externalId', SCHEMAS.group],
    ['members.display', SCHEMAS.group],
    ['meta.created', SCHEMAS.group],
  ];

  it.each(texts)(
    'SORT: by %s in both directions, what lacks it last, then first; ties by id',
    async (text, type) => {
      const resolution = resolveAttribute(type, text);
      if (resolution.kind !== 'attribute') throw new Error(text);
      const list = async (descending: boolean): Promise<string[]> => {
        const plan = listOf(type, { sortBy: resolution.target, sort: { descending }, baseUri: BASE });
        const page =
          type.name === 'User'
            ? await rig.users.list(scope, plan, { groups: false, manager: false })
            : await rig.groups.list(scope, plan, { members: false });
        const ids: string[] = [];
        for await (const { id } of page.resources) ids.push(id);
        return ids;
      };
      const keys = new Map(
        shown[type.name].map((resource) => [
          resource['id'] as string,
          sortValue(resource, resolution.target),
        ]),
      );
      const compare = (a: string, b: string): number => {
        const [left, right] = [keys.get(a), keys.get(b)];
        if (left === undefined || right === undefined)
          return Number(left === undefined) - Number(right === undefined);
        return compareCodePoints(left, right);
      };
      const ids = [...keys.keys()];
      expect(await list(false)).toEqual([...ids].sort((a, b) => compare(a, b) || compareCodePoints(a, b)));
      expect(await list(true)).toEqual([...ids].sort((a, b) => compare(b, a) || compareCodePoints(a, b)));
      expect(new Set(keys.values()).size).toBeGreaterThan(1);
    },
  );
});

function sortValue(
  resource: JsonObject,
  {
    extension,
    attribute,
    subAttribute,
  }: { extension?: string; attribute: AttributeDefinition; subAttribute?: AttributeDefinition },
): string | undefined {
  const holder = (extension === undefined ? resource : resource[extension]) as JsonObject | undefined;
  const elements = [holder?.[attribute.name] ?? []].flat() as unknown as (string | JsonObject)[];
  const chosen =
    elements.find((element) => typeof element === 'object' && element['primary'] === true) ?? elements[0];
  const value = typeof chosen === 'object' ? chosen[subAttribute?.name ?? 'value'] : chosen;
  return typeof value === 'string' && value !== '' ? foldFor(attribute, value) : undefined;
}

function foldFor({ name: own }: AttributeDefinition, value: string): string {
  return own === 'externalId' || own === 'meta' ? value : value.normalize('NFKC').toLowerCase();
}
