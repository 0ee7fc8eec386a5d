import { vi } from 'vitest';
import { type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { createApplication } from '../../../src/application.js';
import { readSettings } from '../../../src/config/read-settings.js';
import { withSecretKey } from '../../../src/persistence/settings/with-secret-key.js';
import { createLogger } from '../../../src/logging/logger.js';
import { closeApplication, startTestApplication, type TestApplication } from '../../support/application.js';
import { dumpDatabase } from '../../support/database-dump.js';
import { insertUsers } from '../../support/insert-resources.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { ENTERPRISE, expectRefusal, groupBody, LIST, userBody } from './messages.js';
import { createAll, idsOn, type Page, walk } from './walks.js';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const UNRESERVED = /^[A-Za-z0-9._~-]+$/;
const TOTAL = 53;

let application: TestApplication;
let client: ScimClient;
let strange: ScimClient;
/** In the order of the list without a sort. */
let ids: string[];

beforeAll(async () => {
  application = await startTestApplication();
  client = await (await application.company()).client();
  strange = await (await application.company()).client();
  const bodies = Array.from({ length: TOTAL }, (_, index) =>
    userBody({
      userName: `User-${(index * 37) % TOTAL}`,
      ...(index % 3 === 0 ? {} : { title: `t${index % 4}` }),
      ...(index % 5 === 0
        ? {}
        : { emails: [{ value: `x${index}@x` }, { value: `p${index % 9}@x`, primary: true }] }),
      active: index % 2 === 0,
      [ENTERPRISE]: { department: index % 7 === 0 ? 'Ä'.repeat(600) + index : `d${index}` },
    }),
  );
  await createAll(client, '/Users', bodies);
  await createAll(strange, '/Users', bodies.slice(0, 20));
  ids = idsOn([(await client.get('/Users?count=1000')).body]);
  expect(ids).toHaveLength(TOTAL);
});
afterAll(() => application.close());
afterEach(() => vi.restoreAllMocks());

const firstCursor = async (query = 'count=7', who = client): Promise<string> =>
  (await who.get(`/Users?${query}&cursor=`)).body.nextCursor as string;

const ORDERS = [
  '',
  '&sortBy=userName',
  '&sortBy=userName&sortOrder=descending',
  '&sortBy=title',
  '&sortBy=title&sortOrder=descending',
  '&sortBy=emails',
  '&sortBy=emails.value&sortOrder=descending',
  '&sortBy=displayName',
  '&sortBy=active',
  '&sortBy=id',
  '&sortBy=meta.created',
  '&sortBy=meta.lastModified&sortOrder=descending',
  `&sortBy=${ENTERPRISE}:department`,
  '&filter=active%20eq%20true',
  '&filter=title%20pr&sortBy=title',
  '&filter=active%20eq%20true&sortBy=emails.value&sortOrder=descending',
];

describe('a walk by cursor', () => {
  it.each(['cursor&count=10', 'cursor=&count=10', 'count=10&cursor='])(
    'CUR-01 begins with ?%s',
    async (query) => {
      const { status, body } = await client.get(`/Users?${query}`);
      expect([status, body.schemas, body.itemsPerPage]).toEqual([200, [LIST], 10]);
      expect(idsOn([body])).toEqual(ids.slice(0, 10));
      expect(body.nextCursor).toMatch(UNRESERVED);
    },
  );

  it.each(ORDERS)('CUR-02 CUR-03 CUR-13 is the list by index, in the same order:%s', async (order) => {
    const whole = idsOn([(await client.get(`/Users?count=1000${order}`)).body]);
    expect(whole.length).toBeGreaterThan(20);
    const pages = await walk(client, { path: `/Users?count=7${order}` });
    expect(idsOn(pages)).toEqual(whole);
    expect(pages.slice(0, -1).every(({ itemsPerPage, nextCursor }) => itemsPerPage === 7 && nextCursor)).toBe(
      true,
    );
    expect(pages.at(-1)).not.toHaveProperty('nextCursor');
  });

  it.each(ORDERS)('CUR-05 leads back page by page to the first one:%s', async (order) => {
    const path = `/Users?count=7${order}`;
    const there = await walk(client, { path });
    expect(there[0]).not.toHaveProperty('previousCursor');
    const back = await walk(client, { path, follow: 'previousCursor', from: there.at(-1).previousCursor });
    expect([...back].reverse().map((page) => idsOn([page]))).toEqual(
      there.slice(0, -1).map((page) => idsOn([page])),
    );
    expect(back.at(-1)).not.toHaveProperty('previousCursor');
    const again = await walk(client, { path, from: back.at(-1).nextCursor });
    expect(idsOn(again)).toEqual(idsOn(there.slice(1)));
  });

  it('CUR-02 a last page that is full has no next one', async () => {
    const pages = await walk(client, { path: `/Users?count=${TOTAL}` });
    expect(pages.map(({ itemsPerPage }) => itemsPerPage as number)).toEqual([TOTAL]);
  });

  it('CUR-04 cursors are made of unreserved characters, also where the key is anything but', async () => {
    const pages = await walk(client, { path: `/Users?count=1&sortBy=${ENTERPRISE}:department` });
    for (const { nextCursor = 'x', previousCursor = 'x' } of pages) {
      expect(nextCursor).toMatch(UNRESERVED);
      expect(previousCursor).toMatch(UNRESERVED);
    }
  });

  it('CUR-07 CUR-08 tells total and page size, and no startIndex', async () => {
    for (const query of ['', '&filter=active%20eq%20true', '&sortBy=title']) {
      const { totalResults } = (await client.get(`/Users?count=0${query}`)).body;
      for (const page of await walk(client, { path: `/Users?count=20${query}` })) {
        expect(page.totalResults).toBe(totalResults);
        expect(page.itemsPerPage).toBe(page.Resources.length);
        expect(page).not.toHaveProperty('startIndex');
      }
    }
  });

  it.each(['0', '-1', '-99999999999999999999'])('CUR-06 count=%s tells the total alone', async (count) => {
    for (const order of ['', '&sortBy=userName', '&filter=userName%20pr']) {
      const { status, body } = await client.get(`/Users?cursor=&count=${count}${order}`);
      expect([status, body.totalResults, body.itemsPerPage, body.Resources]).toEqual([200, TOTAL, 0, []]);
      expect(Object.keys(body)).not.toEqual(expect.arrayContaining([expect.stringMatching(/Cursor/)]));
    }
  });

  it('an empty list has one page and no cursors', async () => {
    const { status, body } = await client.get('/Groups?cursor=');
    expect([status, body.totalResults, body.Resources]).toEqual([200, 0, []]);
    expect(body).not.toHaveProperty('nextCursor');
    expect(body).not.toHaveProperty('previousCursor');
  });

  it('CUR-12 attributes may change from page to page, and change nothing else', async () => {
    const cursor = await firstCursor();
    for (const more of ['', '&attributes=userName', '&excludedAttributes=emails']) {
      const { body } = await client.get(`/Users?count=7&cursor=${cursor}${more}`);
      expect(idsOn([body])).toEqual(ids.slice(7, 14));
    }
  });

  it('reads groups with their members', async () => {
    const own = await (await application.company()).client();
    const [user = ''] = await createAll(own, '/Users', [userBody()]);
    const groups = Array.from({ length: 5 }, () => groupBody({ members: [{ value: user }] }));
    const made = await createAll(own, '/Groups', groups);
    const pages = await walk(own, { path: '/Groups?count=2&sortBy=displayName' });
    expect(idsOn(pages).sort()).toEqual([...made].sort());
    for (const { Resources } of pages) {
      for (const { members } of Resources)
        expect(members).toEqual([expect.objectContaining({ value: user })]);
    }
  });

  it('reads groups whose members have to be streamed', async () => {
    const company = await application.company();
    const own = await company.client();
    const users = await insertUsers(application.database, company.slug, 600);
    const members = users.map((value) => ({ value }));
    for (let index = 0; index < 5; index += 1) await own.post('/Groups', groupBody({ members }));
    for (const from of ['', (await own.get('/Groups?count=2&cursor=')).body.nextCursor as string]) {
      const pages = await walk(own, { path: '/Groups?count=2', from });
      for (const { Resources } of pages) {
        for (const group of Resources) expect(group.members).toHaveLength(600);
      }
    }
    const last = (await walk(own, { path: '/Groups?count=2&attributes=displayName' })).at(-1);
    const back = await walk(own, {
      path: '/Groups?count=2',
      follow: 'previousCursor',
      from: last.previousCursor,
    });
    expect(
      back.flatMap(({ Resources }) => Resources as Page[]).map(({ members: { length } }) => length),
    ).toEqual(Array.from({ length: 4 }, () => 600));
  });
});

describe('parameters', () => {
  it('CUR-11 a count that is no number is refused', async () => {
    for (const count of ['abc', '1.5', '', '1e3'])
      expectRefusal(await client.get(`/Users?cursor=&count=${count}`), 400, 'invalidCount', /count/);
  });

  it('CUR-11 the count may not change on the way', async () => {
    const cursor = await firstCursor('count=7');
    for (const count of ['8', '6', '0', '-1', '100000'])
      expectRefusal(
        await client.get(`/Users?cursor=${cursor}&count=${count}`),
        400,
        'invalidCount',
        /expected 7/,
      );
    for (const query of [`cursor=${cursor}&count=7`, `cursor=${cursor}`])
      expect(idsOn([(await client.get(`/Users?${query}`)).body])).toEqual(ids.slice(7, 14));
  });

  it('CUR-19 CUR-11 a count above the maximum is the maximum, on every page', async () => {
    expect((await client.get('/Users?cursor=&count=100000')).body.itemsPerPage).toBe(TOTAL);
    const { maxPageSize } = (await client.get('/ServiceProviderConfig')).body.pagination;
    expect(maxPageSize).toBe(1000);
  });

  it('CUR-15 without a cursor the list is paged by index', async () => {
    const { body } = await client.get('/Users?count=7');
    expect(body.startIndex).toBe(1);
    expect(body).not.toHaveProperty('nextCursor');
  });

  it('CUR-16 both ways of paging at once are refused', async () => {
    for (const cursor of ['', await firstCursor()])
      expectRefusal(
        await client.get(`/Users?cursor=${cursor}&startIndex=1`),
        400,
        'invalidValue',
        /startIndex/,
      );
  });

  it('CUR-17 walks by POST as by GET', async () => {
    const joined: string[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const { status, body } = await client.post('/Users/.search', { schemas: [SEARCH], cursor, count: 11 });
      expect(status).toBe(200);
      joined.push(...idsOn([body]));
      cursor = body.nextCursor as string | undefined;
    }
    expect(joined).toEqual(ids);
    const answer = await client.post('/Users/.search', {
      schemas: [SEARCH],
      cursor: await firstCursor('count=11'),
      count: 11,
    });
    expect(idsOn([answer.body])).toEqual(ids.slice(11, 22));
  });

  it('CUR-18 CUR-19 DISC-21 says what it does', async () => {
    const { pagination, filter } = (await client.get('/ServiceProviderConfig')).body;
    expect(pagination).toEqual({
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 100,
      maxPageSize: filter.maxResults,
      cursorTimeout: 3600,
    });
  });
});

describe('a cursor that is not of this list', () => {
  it('CUR-09 garbage is refused', async () => {
    for (const cursor of ['x', 'nope', '%20', '%00', 'A'.repeat(5000), '%F0%9F%98%80', 'null', '0', '*'])
      expectRefusal(await client.get(`/Users?cursor=${cursor}`), 400, 'invalidCursor', /cursor/);
    expectRefusal(await client.get('/Users?cursor=a&cursor=b'), 400, 'invalidValue', /cursor/);
  });

  it('CUR-09 CUR-21 any byte changed is refused', async () => {
    const cursor = await firstCursor('count=7&sortBy=userName');
    const bytes = Buffer.from(cursor, 'base64url');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
      const answer = await client.get(
        `/Users?count=7&sortBy=userName&cursor=${changed.toString('base64url')}`,
      );
      expectRefusal(answer, 400, 'invalidCursor');
    }
  });

  it.each([
    '/Users?count=7&filter=active%20eq%20true',
    '/Users?count=7&sortBy=userName',
    '/Users?count=7&sortOrder=descending',
    '/Groups?count=7',
    '/?count=7',
  ])('CUR-12 nor is it good for %s', async (path) => {
    expectRefusal(await client.get(`${path}&cursor=${await firstCursor()}`), 400, 'invalidCursor');
  });

  it('CUR-20 CUR-22 TEN-09 another company is told the same of it as of garbage', async () => {
    const cursor = await firstCursor();
    const foreign = await strange.get(`/Users?count=7&cursor=${cursor}`);
    const garbage = await strange.get(`/Users?count=7&cursor=${'A'.repeat(cursor.length)}`);
    expectRefusal(foreign, 400, 'invalidCursor');
    expect(foreign.text).toBe(garbage.text);
    expect((await strange.get(`/Users?count=5&cursor=${cursor}`)).text).toBe(garbage.text);
  });

  it('CUR-21 a cursor is worth nothing without a token that reads', async () => {
    const company = await application.company();
    const token = await company.token();
    const own = application.scim(token);
    await createAll(own, '/Users', [userBody(), userBody()]);
    const cursor = await firstCursor('count=1', own);
    expect((await own.get(`/Users?cursor=${cursor}`)).status).toBe(200);
    const writer = await company.client('lenient', ['scim:write']);
    expect((await writer.get(`/Users?cursor=${cursor}`)).status).toBe(403);
    expect((await application.scim().get(`/Users?cursor=${cursor}`)).status).toBe(401);
  });

  it('CUR-10 is over after the time that is announced', async () => {
    const cursor = await firstCursor();
    const { cursorTimeout } = (await client.get('/ServiceProviderConfig')).body.pagination;
    const now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now + (cursorTimeout - 5) * 1000);
    expect((await client.get(`/Users?cursor=${cursor}`)).status).toBe(200);
    clock.mockReturnValue(now + (cursorTimeout + 5) * 1000);
    expectRefusal(await client.get(`/Users?cursor=${cursor}`), 400, 'expiredCursor', /expired/);
    expectRefusal(await strange.get(`/Users?cursor=${cursor}`), 400, 'invalidCursor');
  });

  it('CUR-23 cursors leave nothing behind in the server', async () => {
    const before = await dumpDatabase(application.database);
    await Promise.all(Array.from({ length: 50 }, () => walk(client, { path: '/Users?count=20' })));
    expect(await dumpDatabase(application.database)).toEqual(before);
  });
});

describe('the secret key', () => {
  const ask = async (settings: Record<string, string>, cursor: string): Promise<ScimAnswer> => {
    const { url } = application.database;
    const other = await createApplication(
      await withSecretKey(readSettings({ DATABASE_URL: url, ...settings }), url),
      url,
      createLogger('silent'),
    );
    try {
      await other.listen(0, '127.0.0.1');
      const { port } = other.getHttpServer().address() as AddressInfo;
      const base = `http://127.0.0.1:${port}/standard/scim/v2`;
      return await application.scim(client.token, base).get(`/Users?count=7&cursor=${cursor}`);
    } finally {
      await closeApplication(other);
    }
  };

  it('CUR-03 is the same for an instance that starts later, which goes on with the walk', async () => {
    expect(idsOn([(await ask({}, await firstCursor())).body])).toEqual(ids.slice(7, 14));
  });

  it('CUR-21 makes cursors of another one worthless', async () => {
    expectRefusal(
      await ask(
        { SECRET_KEY: 'another key of at least 32 characters'.replaceAll(' ', '-') },
        await firstCursor(),
      ),
      400,
      'invalidCursor',
    );
  });
});

describe('a walk over what changes', () => {
  const SIZE = 500;

  /** What is done to a company between two pages; numbers choose among the users that there are. */
  const changes = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('insert' as const),
        at: fc.nat(),
        name: fc.string({ minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }),
      fc.record({
        kind: fc.constant('rename' as const),
        at: fc.nat(),
        name: fc.string({ minLength: 1, maxLength: 3 }),
      }),
    ),
    { maxLength: 3 },
  );

  it.each([
    ['', false],
    ['&sortBy=userName', true],
    ['&sortBy=title&sortOrder=descending', true],
    ['&filter=userName%20pr&sortBy=title', true],
  ])(
    'CUR-24 gives each user who stays untouched once, and none twice in the order of ids:%s',
    async (order, isSorted) => {
      const own = await (await application.company()).client();
      const title = (name: string): { title?: string } => (name < 'M' ? {} : { title: name.slice(0, 1) });
      const made = await createAll(
        own,
        '/Users',
        Array.from({ length: SIZE }, (_, index) =>
          userBody({ userName: `${index % 26}-${index}`, ...title(String.fromCharCode(65 + (index % 26))) }),
        ),
      );
      let named = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(changes, { minLength: 30, maxLength: 70 }), async (script) => {
          const there = [...made];
          const touched = new Set<string>();
          const gone = new Set<string>();
          const seen: string[] = [];
          let step = 0;
          const apply = async (change: (typeof script)[number][number]): Promise<void> => {
            const name = 'name' in change ? `${change.name}~${++named}` : '';
            const body = userBody({ userName: name, ...title(name) });
            if (change.kind === 'insert') {
              made.push(...(await createAll(own, '/Users', [body])));
              return;
            }
            const id = there[change.at % there.length] ?? '';
            if (gone.has(id)) return;
            touched.add(id);
            if (change.kind === 'rename') expect((await own.put(`/Users/${id}`, body)).status).toBe(200);
            else {
              gone.add(id);
              made.splice(made.indexOf(id), 1);
              expect((await own.delete(`/Users/${id}`)).status).toBe(204);
            }
          };
          await walk(own, {
            path: `/Users?count=7${order}`,
            between: async (page) => {
              for (const id of idsOn([page])) {
                expect(gone).not.toContain(id);
                seen.push(id);
              }
              for (const change of script[step++] ?? []) await apply(change);
            },
          });
          const times = new Map<string, number>();
          for (const id of seen) times.set(id, (times.get(id) ?? 0) + 1);
          const wrong = there.filter((id) => !touched.has(id) && times.get(id) !== 1);
          expect(wrong).toEqual([]);
          const twice = [...times].filter(([id, count]) => count > 1 && !(isSorted && touched.has(id)));
          expect(twice).toEqual([]);
        }),
        { numRuns: 3 },
      );
    },
    120_000,
  );
});
