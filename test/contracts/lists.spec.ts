import { type BoundFilter } from '../../src/protocol/filter/filter.js';
import { type Attributes } from '../../src/protocol/resource/resource.js';
import { type BoundAttribute, resolveAttribute } from '../../src/protocol/schema/attribute-path.js';
import { type ResourceType } from '../../src/protocol/schema/schema.js';
import { type StoredResource } from '../../src/scim/resources/resources.store.js';
import { type Keyset, type ListPlan, type Paging, type StorePage } from '../../src/scim/lists/list-plan.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { EVERY_TYPE } from '../support/arbitraries/every-type.schema.js';
import { delta } from '../db/store-rig.js';
import { STORES } from './store-implementations.js';
import { type Stores } from './stores.js';
import { titled } from '../support/titled.js';

const OF_USER = 'urn:example:schemas:every-type:1.0:User';
const OF_GROUP = 'urn:example:schemas:every-type:1.0:Group';
const NOTHING = { groups: false, manager: false };
const COUNT = 4;

let stores: Stores;
let scope: CompanyScope;

/** In no order, some of them equal, one absent. */
const VALUES: readonly Attributes[] = [
  {
    whole: 10,
    measure: -0.5,
    moment: '2024-01-01T00:00:00Z',
    flag: true,
    word: 'b',
    exact: 'B',
    wholes: [30, 2],
  },
  {
    whole: 9,
    measure: 1e21,
    moment: '2023-12-31T23:30:00-01:00',
    flag: false,
    word: 'A',
    exact: 'a',
    wholes: [4],
  },
  { whole: -3, measure: 1e-7, moment: '2023-12-31T23:59:59.999Z', flag: true, word: 'é', exact: 'b' },
  {},
  {
    whole: 9,
    measure: 2.25,
    moment: '2024-01-01T01:00:00+01:00',
    word: '\u{1F600}',
    exact: '\uFB01',
    links: ['x', 'a'],
  },
  { whole: 100, measure: 2.25, moment: '2024-01-01T00:00:00.001Z', flag: false, word: 'ｂ', link: '/Z' },
  {
    whole: 9007199254740991,
    measure: 3,
    word: 'x'.repeat(900),
    record: { whole: 3 },
    records: [{ whole: 5 }],
  },
  { whole: 0, measure: 0, word: `${'x'.repeat(900)}a`, records: [{ whole: 5 }, { whole: 1, primary: true }] },
  { word: '', exact: '', record: { whole: 20 } },
];

const attributeOf = (type: ResourceType, name: string): BoundAttribute | undefined => {
  const resolution = resolveAttribute(type, name);
  return resolution.kind === 'attribute' ? resolution.target : undefined;
};

type Query = Omit<ListPlan, keyof Paging>;
type Kind = 'User' | 'Group' | 'both';

function queryOf(kind: Kind, name: string | undefined, descending: boolean, isFiltered: boolean): Query {
  const types = kind === 'both' ? [EVERY_TYPE.user, EVERY_TYPE.group] : [];
  const parts = (types.length > 0 ? types : [kind === 'User' ? EVERY_TYPE.user : EVERY_TYPE.group]).map(
    (type) => {
      const sortBy = name === undefined ? undefined : attributeOf(type, name);
      const id = attributeOf(type, 'id');
      return {
        type,
        ...(sortBy ? { sortBy } : {}),
        ...(isFiltered && id ? { filter: { kind: 'present' as const, target: id } } : {}),
      };
    },
  );
  return { parts, ...(name === undefined ? {} : { sort: { descending } }), baseUri: '' };
}

async function list(query: Query, paging: Paging): Promise<StorePage<StoredResource> & { ids: string[] }> {
  const read = { user: NOTHING, group: { members: false } };
  const page = await stores.resources.list(scope, { ...query, ...paging }, read);
  const ids: string[] = [];
  for await (const each of page.resources) ids.push(each.type === 'User' ? each.user.id : each.group.id);
  return { ...page, ids };
}

async function walk(query: Query, backward: boolean): Promise<string[][]> {
  const pages: string[][] = [];
  let from: Keyset['from'];
  for (let more = true; more;) {
    const keyset = { ...(from ? { from } : {}), backward };
    const { ids, bounds } = await list(query, { startIndex: 1, count: COUNT, keyset });
    pages.push(ids);
    from = backward ? bounds?.first : bounds?.last;
    more = bounds?.hasMore ?? false;
  }
  return pages;
}

const SORTS = [
  undefined,
  'userName',
  'displayName',
  'externalId',
  'id',
  'meta.created',
  'whole',
  'measure',
  'moment',
  'flag',
  'word',
  'exact',
  'link',
  'wholes',
  'moments',
  'record.whole',
  'records.whole',
  'records.value',
];

describe.each(titled(STORES, 'name'))('%s', (_, { open }) => {
  beforeAll(async () => {
    stores = await open(EVERY_TYPE);
    scope = await stores.company();
    for (const [index, value] of VALUES.entries()) {
      const user = {
        userName: `u${(index * 5) % 9}`,
        ...(index % 2 ? { displayName: `N${index % 4}` } : {}),
      };
      await stores.users.insert(scope, { ...user, ...(index === 3 ? {} : { [OF_USER]: value }) }, NOTHING);
      const group = { displayName: `n${(index * 4) % 9}`, externalId: `${index % 3}` };
      await stores.groups.insert(scope, { ...group, [OF_GROUP]: value }, delta({}), { members: false });
    }
  });
  afterAll(() => stores.close());

  describe.each(['User', 'Group', 'both'] as const)('lists of %s', (kind) => {
    it.each(SORTS.filter((name) => kind !== 'Group' || name !== 'userName'))(
      'CUR-13 CUR-05 IDX-12 SORT-10 pages by keyset and numbered pages join to one list, by %s',
      async (name) => {
        for (const descending of [false, true]) {
          for (const isFiltered of [false, true]) {
            const query = queryOf(kind, name, descending, isFiltered);
            const whole = await list(query, { startIndex: 1, count: 100 });
            expect(new Set(whole.ids).size).toBe(kind === 'both' ? 18 : 9);
            expect(whole.totalResults).toBe(whole.ids.length);
            expect((await walk(query, false)).flat()).toEqual(whole.ids);
            const back = await walk(query, true);
            expect(back.reverse().flat()).toEqual(whole.ids);
            const numbered: string[] = [];
            for (let startIndex = 1; startIndex <= whole.ids.length; startIndex += COUNT) {
              const { ids, bounds } = await list(query, { startIndex, count: COUNT });
              numbered.push(...ids);
              expect([bounds?.first.id, bounds?.last.id]).toEqual([ids[0], ids.at(-1)]);
              expect(bounds?.hasMore).toBe(numbered.length < whole.ids.length);
            }
            expect(numbered).toEqual(whole.ids);
          }
        }
      },
    );
  });

  describe('filters', () => {
    const compared = (type: ResourceType, name: string, value: string): BoundFilter => {
      const target = attributeOf(type, name);
      if (!target) throw new Error(name);
      return { kind: 'compare', target, operator: 'eq', value: { type: 'text', value } };
    };

    it('select resources of each type by themselves, before they are counted and paged', async () => {
      const parts = [
        { type: EVERY_TYPE.user, filter: compared(EVERY_TYPE.user, 'displayName', 'n3') },
        { type: EVERY_TYPE.group, filter: compared(EVERY_TYPE.group, 'externalId', '0') },
      ];
      const query = { parts, baseUri: '' };
      const whole = await list(query, { startIndex: 1, count: 100 });
      expect(whole.totalResults).toBe(5);
      expect(whole.ids).toHaveLength(5);
      const page = await list(query, { startIndex: 2, count: 3 });
      expect(page).toMatchObject({ totalResults: 5, ids: whole.ids.slice(1, 4) });
      expect(await list(query, { startIndex: 1, count: 0 })).toMatchObject({ totalResults: 5, ids: [] });
      expect(await list(query, { startIndex: 6, count: 3 })).toMatchObject({ totalResults: 5, ids: [] });
    });

    it('see locations below the base URI', async () => {
      const [first = ''] = (await list(queryOf('User', undefined, false, false), { startIndex: 1, count: 1 }))
        .ids;
      const filter = compared(EVERY_TYPE.user, 'meta.location', `https://host/scim/Users/${first}`);
      const query = { parts: [{ type: EVERY_TYPE.user, filter }], baseUri: 'https://host/scim' };
      expect((await list(query, { startIndex: 1, count: 9 })).ids).toEqual([first]);
      expect((await list({ ...query, baseUri: 'https://other' }, { startIndex: 1, count: 9 })).ids).toEqual(
        [],
      );
    });
  });

  describe('order', () => {
    const created: string[] = [];

    beforeAll(async () => {
      created.push(
        ...(await list(queryOf('User', undefined, false, false), { startIndex: 1, count: 100 })).ids,
      );
    });

    const orderBy = async (name: string, descending = false): Promise<number[]> => {
      const { ids } = await list(queryOf('User', name, descending, false), { startIndex: 1, count: 100 });
      return ids.map((id) => created.indexOf(id));
    };

    it('SORT-04 numbers and dateTimes by value', async () => {
      expect(await orderBy('whole')).toEqual([2, 7, 1, 4, 0, 5, 6, 3, 8]);
      expect(await orderBy('whole', true)).toEqual([3, 8, 6, 5, 0, 1, 4, 7, 2]);
      expect(await orderBy('measure')).toEqual([0, 7, 2, 4, 5, 6, 1, 3, 8]);
      expect(await orderBy('moment')).toEqual([2, 0, 4, 5, 1, 3, 6, 7, 8]);
    });

    it('SORT-03 texts by code points, with or without case; an empty one is none', async () => {
      expect(await orderBy('word')).toEqual([1, 0, 5, 6, 7, 2, 4, 3, 8]);
      expect(await orderBy('exact')).toEqual([0, 1, 2, 4, 3, 5, 6, 7, 8]);
    });

    it('booleans with false first', async () => {
      expect(await orderBy('flag')).toEqual([1, 5, 0, 2, 3, 4, 6, 7, 8]);
      expect(await orderBy('flag', true)).toEqual([3, 4, 6, 7, 8, 0, 2, 1, 5]);
    });

    it('SORT-05 lists by their primary value, else by the first', async () => {
      expect(await orderBy('records.whole')).toEqual([7, 6, 0, 1, 2, 3, 4, 5, 8]);
      expect(await orderBy('wholes')).toEqual([1, 0, 2, 3, 4, 5, 6, 7, 8]);
    });
  });
});
