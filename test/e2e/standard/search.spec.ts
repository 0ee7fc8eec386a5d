import { DIALECTS, startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { createGroup, createUser, ENTERPRISE, expectRefusal } from './messages.js';
import { idsOn } from './walks.js';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const ENDPOINTS = ['/Users', '/Groups', ''] as const;

let application: TestApplication;
let client: ScimClient;
const lines: string[] = [];

beforeAll(async () => {
  application = await startTestApplication({
    settings: { LOG_LEVEL: 'trace' },
    log: (line) => lines.push(line),
  });
});
afterAll(() => application.close());

const search = (endpoint: string, parameters: object, who = client): Promise<ScimAnswer> =>
  who.post(`${endpoint}/.search`, { schemas: [SEARCH], ...parameters });

/** The same parameters in a query string. */
function queryOf(parameters: object): string {
  return Object.entries(parameters)
    .map(
      ([name, value]) =>
        `${name}=${encodeURIComponent(Array.isArray(value) ? value.join(',') : String(value))}`,
    )
    .join('&');
}

describe.each(DIALECTS)('in the %s dialect', (dialect) => {
  beforeAll(async () => {
    client = await (await application.company()).client(dialect);
    for (let index = 0; index < 9; index += 1) {
      const { id } = await createUser(client, {
        userName: `u${index}`,
        displayName: `n${index % 4}`,
        [ENTERPRISE]: { department: `d${index % 2}` },
      });
      await createGroup(client, { displayName: `N${index}`, members: [{ value: id }] });
    }
  });

  describe.each(ENDPOINTS)('POST %s/.search', (endpoint) => {
    it.each([
      {},
      { filter: 'displayName sw "n"' },
      { filter: 'displayName eq "nobody"' },
      { sortBy: 'displayName', count: 4 },
      { sortBy: 'displayName', sortOrder: 'descending', startIndex: 3, count: 4 },
      { startIndex: 9999 },
      { count: 0 },
      { count: -5, startIndex: -5 },
      { count: 100_000 },
      { attributes: ['displayName', 'members.value'] },
      {
        attributes: ['userName', `${ENTERPRISE}:department`],
        filter: 'displayName pr',
        sortBy: 'meta.created',
        count: 3,
      },
      { excludedAttributes: ['members', 'meta', 'displayName'] },
    ])('SRCH-01 SRCH-02 SRCH-03 SRCH-08 answers %j as GET does', async (parameters) => {
      const found = await search(endpoint, parameters);
      const listed = await client.get(`${endpoint}?${queryOf(parameters)}`);
      expect(found.status).toBe(200);
      expect(found.text).toBe(listed.text);
      expect(found.headers['content-type']).toBe('application/scim+json; charset=utf-8');
    });

    it('CUR-17 takes a cursor and its count', async () => {
      const first = (await search(endpoint, { cursor: '', count: 4, sortBy: 'displayName' })).body;
      const second = (await search(endpoint, { cursor: first.nextCursor, count: 4, sortBy: 'displayName' }))
        .body;
      const whole = (await search(endpoint, { sortBy: 'displayName' })).body;
      expect(idsOn([first, second])).toEqual(idsOn([whole]).slice(0, 8));
      const { body } = await client.get(`${endpoint}?sortBy=displayName&cursor=${first.nextCursor}`);
      expect(idsOn([body])).toEqual(idsOn([second]));
      expectRefusal(await search(endpoint, { cursor: first.nextCursor }), 400, 'invalidCursor');
      expectRefusal(await search(endpoint, { cursor: '', count: 'x' }), 400, 'invalidCount', /count/);
      expectRefusal(await search(endpoint, { cursor: '', startIndex: 1 }), 400, 'invalidValue', /startIndex/);
    });

    it('SRCH-05 creates nothing and answers 200', async () => {
      const { totalResults } = (await client.get('?count=0')).body;
      expect((await search(endpoint, { userName: 'x', displayName: 'x' })).status).toBe(200);
      expect((await client.get('?count=0')).body.totalResults).toBe(totalResults);
    });

    it('SRCH-04 an empty filter is refused in the strict dialect, and none in the lenient one', async () => {
      const answer = await search(endpoint, { filter: '', count: 0 });
      if (dialect === 'strict') expectRefusal(answer, 400, 'invalidFilter');
      else expect([answer.status, answer.body]).toEqual([200, (await search(endpoint, { count: 0 })).body]);
    });

    it.each(['displayName eq', ' ', 'displayName eq "a', 'password eq "x"'])(
      'SRCH-04 refuses the filter %j',
      async (filter) => {
        expectRefusal(await search(endpoint, { filter }), 400, 'invalidFilter');
      },
    );

    it.each([
      ['10,000 parentheses', `${'('.repeat(10_000)}id pr${')'.repeat(10_000)}`],
      ['nothing but parentheses', '('.repeat(2000)],
      ['a value of 1 MB', `displayName eq "${'x'.repeat(1_000_000)}"`],
      ['50,000 terms', Array.from({ length: 50_000 }, () => 'id pr').join(' or ')],
    ])('SRCH-04 FIL-32 SEC-12 refuses a filter of %s', async (_, filter) => {
      expectRefusal(await search(endpoint, { filter }), 400, 'invalidFilter');
    });

    it.each(['', '{', '[]', 'null', '"x"', '{"schemas":["' + SEARCH + '"],}'])(
      'SRCH-04 refuses the body %s',
      async (body) => {
        expectRefusal(await client.post(`${endpoint}/.search`, body), 400, 'invalidSyntax');
      },
    );

    it.each([
      {},
      { schemas: [] },
      { schemas: SEARCH },
      { schemas: null },
      { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] },
      { schemas: [SEARCH, 'urn:ietf:params:scim:schemas:core:2.0:User'] },
    ])('SRCH-06 refuses %j', async (body) => {
      expectRefusal(await client.post(`${endpoint}/.search`, body), 400, 'invalidSyntax', /schemas/);
    });

    it.each([
      [{ filter: 7 }, 'filter'],
      [{ attributes: 'userName' }, 'attributes'],
      [{ excludedAttributes: [1] }, 'excludedAttributes'],
      [{ count: '7' }, 'count'],
      [{ startIndex: 1.5 }, 'startIndex'],
      [{ sortBy: 'foo' }, 'sortBy'],
      [{ sortBy: 'password' }, 'sortBy'],
      [{ sortBy: 'displayName', sortOrder: 'up' }, 'sortOrder'],
    ])('SRCH-03 refuses %j', async (parameters, name) => {
      expectRefusal(await search(endpoint, parameters), 400, 'invalidValue', new RegExp(name));
    });

    it('asks for the scope that reads, and for no other', async () => {
      const company = await application.company();
      const reader = await company.client(dialect, ['scim:read']);
      expect((await search(endpoint, {}, reader)).status).toBe(200);
      const writer = await company.client(dialect, ['scim:write']);
      expectRefusal(await search(endpoint, {}, writer), 403);
      expect((await search(endpoint, {}, application.scim())).status).toBe(401);
    });

    it('SRCH-07 SEC-06 takes a long filter, and none of it reaches the log', async () => {
      const secret = 'not-for-the-log';
      const filter = Array.from(
        { length: 40 },
        (_, index) => `displayName eq "${secret}-${index}${'x'.repeat(180)}"`,
      );
      lines.length = 0;
      const { status, body } = await search(endpoint, { filter: filter.join(' or ') });
      expect([status, body.totalResults]).toEqual([200, 0]);
      expectRefusal(
        await search(endpoint, { filter: `displayName eq "${secret}" and` }),
        400,
        'invalidFilter',
      );
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.join('')).not.toContain(secret);
    });
  });
});
