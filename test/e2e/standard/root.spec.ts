import { startTestApplication, type TestApplication } from '../../support/application.js';
import { insertUsers } from '../../support/insert-resources.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  expectRefusal,
  groupBody,
  LIST,
  NOBODY,
  userBody,
} from './messages.js';
import { createAll, idsOn, walk } from './walks.js';

let application: TestApplication;
let client: ScimClient;
let strict: ScimClient;

/** What the company of most tests holds, by name. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  client = await company.client();
  strict = await company.client('strict');
  const user = async (userName: string, part = {}): Promise<void> => {
    ids[userName] = (await createUser(client, { userName, ...part })).id;
  };
  const group = async (displayName: string, part = {}): Promise<void> => {
    ids[displayName] = (await createGroup(client, { displayName, ...part })).id;
  };
  await user('ada', {
    displayName: 'Delta',
    title: 'b',
    externalId: 'x-1',
    [ENTERPRISE]: { department: 'ops' },
  });
  await group('bravo', { externalId: 'x-1', members: [{ value: ids['ada'] }] });
  await user('eve', { displayName: 'alpha', active: false });
  await group('Charlie', { members: [{ value: ids['eve'] }, { value: ids['bravo'] }] });
  await user('ira');
});
afterAll(() => application.close());

const names = (answer: ScimAnswer): string[] => {
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  const byId = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  return idsOn([answer.body]).map((id) => byId.get(id) ?? id);
};
const find = async (filter: string, who = client): Promise<string[]> =>
  names(await who.get(`?filter=${encodeURIComponent(filter)}`)).sort();

const ALL = ['Charlie', 'ada', 'bravo', 'eve', 'ira'];

describe('a query of the root', () => {
  it.each(['', '/', '?', '?count=100'])('IDX-16 SRCH-02 GET %s lists users and groups', async (path) => {
    const answer = await client.get(path);
    expect(names(answer)).toEqual(['ada', 'bravo', 'eve', 'Charlie', 'ira']);
    expect(answer.body).toMatchObject({ schemas: [LIST], totalResults: 5, startIndex: 1, itemsPerPage: 5 });
  });

  it('each resource is what its own endpoint answers', async () => {
    const { Resources } = (await client.get('')).body as {
      Resources: { id: string; meta: { location: string } }[];
    };
    for (const resource of Resources) {
      const path = resource.meta.location.slice(client.base.length);
      expect((await client.get(path)).body).toEqual(resource);
    }
  });

  it.each([
    ['userName eq "ADA"', ['ada']],
    ['displayName eq "bravo"', ['bravo']],
    ['displayName co "a"', ['Charlie', 'ada', 'bravo', 'eve']],
    ['externalId eq "x-1"', ['ada', 'bravo']],
    ['meta.resourceType eq "Group"', ['Charlie', 'bravo']],
    ['meta.resourceType eq "User" and displayName pr', ['ada', 'eve']],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', ['ada', 'eve', 'ira']],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "e"', ['eve']],
    [`${ENTERPRISE}:department eq "ops"`, ['ada']],
    ['department eq "ops"', ['ada']],
  ])('IDX-16 finds by %s', async (filter, expected) => {
    expect(await find(filter)).toEqual(expected);
    expect(await find(filter, strict)).toEqual(expected);
  });

  it.each([
    ['userName pr', ['ada', 'eve', 'ira']],
    ['not (userName pr)', ['Charlie', 'bravo']],
    ['members pr', ['Charlie', 'bravo']],
    ['active eq false', ['eve']],
    ['active eq true or members pr', ['Charlie', 'ada', 'bravo', 'ira']],
    ['title eq "b" or displayName eq "charlie"', ['Charlie', 'ada']],
    ['title ne "b"', ['Charlie', 'bravo', 'eve', 'ira']],
    ['emails[type eq "work"]', []],
    ['title eq null', ['Charlie', 'bravo', 'eve', 'ira']],
    ['foo pr', []],
    ['foo eq "x"', []],
    ['foo eq "x" or userName eq "ada"', ['ada']],
    ['foo[bar eq 1]', []],
    ['foo ne "x"', ALL],
    ['urn:example:unknown:attribute pr', []],
  ])('FIL-21 what a type lacks has no value there: %s', async (filter, expected) => {
    expect(await find(filter)).toEqual(expected);
  });

  it('members are found by their ids, of either kind', async () => {
    expect(await find(`members.value eq "${ids['ada']}"`)).toEqual(['bravo']);
    expect(await find(`members eq "${ids['bravo']}"`)).toEqual(['Charlie']);
    expect(await find(`groups.value eq "${ids['Charlie']}"`)).toEqual(['ada', 'eve']);
    expect(await find(`id eq "${ids['ada']}" or id eq "${ids['Charlie']}"`)).toEqual(['Charlie', 'ada']);
    expect(await find(`id eq "${NOBODY}"`)).toEqual([]);
  });

  it.each(['displayName eq', 'password eq "x"', 'name eq "x"', 'active gt true', 'userName eq 7 and'])(
    'SRCH-04 refuses %s',
    async (filter) => {
      expectRefusal(
        await strict.get(`?filter=${encodeURIComponent(filter)}`),
        400,
        'invalidFilter',
        /column \d/,
      );
    },
  );
});

describe('order', () => {
  it.each([
    ['displayName', ['eve', 'bravo', 'Charlie', 'ada', 'ira']],
    ['displayName&sortOrder=descending', ['ira', 'ada', 'Charlie', 'bravo', 'eve']],
    ['userName', ['ada', 'eve', 'ira', 'bravo', 'Charlie']],
    ['userName&sortOrder=descending', ['bravo', 'Charlie', 'ira', 'eve', 'ada']],
    ['title', ['ada', 'bravo', 'eve', 'Charlie', 'ira']],
    ['externalId', ['ada', 'bravo', 'eve', 'Charlie', 'ira']],
    ['meta.created', ['ada', 'bravo', 'eve', 'Charlie', 'ira']],
    ['meta.resourceType', ['bravo', 'Charlie', 'ada', 'eve', 'ira']],
    [`${ENTERPRISE}:department`, ['ada', 'bravo', 'eve', 'Charlie', 'ira']],
  ])('SORT-01 SORT-07 is one over both types, by %s', async (sortBy, expected) => {
    expect(names(await client.get(`?sortBy=${sortBy}`))).toEqual(expected);
    expect(names(await client.get(`?filter=id%20pr&sortBy=${sortBy}`))).toEqual(expected);
  });

  it.each([
    '',
    'sortBy=displayName&',
    'sortBy=userName&sortOrder=descending&',
    'filter=id%20pr&sortBy=title&',
  ])('IDX-12 CUR-03 is kept over pages: ?%s', async (query) => {
    const whole = idsOn([(await client.get(`?${query}`)).body]);
    const joined: string[] = [];
    for (let startIndex = 1; startIndex <= 5; startIndex += 2) {
      const { body } = await client.get(`?${query}count=2&startIndex=${startIndex}`);
      expect([body.totalResults, body.startIndex]).toEqual([5, startIndex]);
      joined.push(...idsOn([body]));
    }
    expect(joined).toEqual(whole);
    const pages = await walk(client, { path: `?${query}count=2` });
    expect(idsOn(pages)).toEqual(whole);
    const { previousCursor } = pages.at(-1);
    const back = await walk(client, {
      path: `?${query}count=2`,
      follow: 'previousCursor',
      from: previousCursor,
    });
    expect(idsOn([...back].reverse())).toEqual(whole.slice(0, 4));
    for (const { totalResults } of [...pages, ...back]) expect(totalResults).toBe(5);
  });

  it('SORT-08 SORT-11 what no type has orders nothing', async () => {
    for (const sortBy of ['foo', 'password', 'name', ENTERPRISE])
      expectRefusal(await client.get(`?sortBy=${sortBy}`), 400, 'invalidValue', /sortBy/);
    expectRefusal(await client.get('?sortBy=userName&sortOrder=up'), 400, 'invalidValue', /sortOrder/);
    expect((await client.get('?sortBy=&sortOrder=')).status).toBe(200);
  });
});

describe('what is read', () => {
  it('is projected for each type', async () => {
    const { Resources } = (await client.get('?attributes=userName,members.value')).body;
    expect(Resources[0]).toEqual({ schemas: expect.any(Array), id: ids['ada'], userName: 'ada' });
    expect(Resources[1]).toEqual({
      schemas: expect.any(Array),
      id: ids['bravo'],
      members: [{ value: ids['ada'] }],
    });
    const without = (await client.get('?excludedAttributes=members,groups,userName')).body.Resources;
    for (const resource of without) expect(resource).not.toHaveProperty('members');
    expect(without[0]).toMatchObject({ displayName: 'Delta' });
    expectRefusal(await client.get('?attributes=id&excludedAttributes=id'), 400, 'invalidValue');
  });

  it('has one total, and count=0 asks for it alone', async () => {
    for (const [query, total] of [
      ['count=0', 5],
      ['cursor=&count=0', 5],
      ['count=0&filter=userName%20pr', 3],
      ['count=0&filter=foo%20pr', 0],
    ] as const) {
      const { body } = await client.get(`?${query}`);
      expect([query, body.totalResults, body.Resources]).toEqual([query, total, []]);
    }
  });

  it('TEN-02 is the company of the token alone', async () => {
    const stranger = await (await application.company()).client();
    const { body } = await stranger.get(
      `?filter=${encodeURIComponent(`id eq "${ids['ada']}" or userName pr`)}`,
    );
    expect([body.totalResults, body.Resources]).toEqual([0, []]);
    expect((await stranger.get('')).body.totalResults).toBe(0);
  });

  it('streams the members of large groups between users', async () => {
    const company = await application.company();
    const own = await company.client();
    const users = await insertUsers(application.database, company.slug, 700);
    const members = users.map((value) => ({ value }));
    await createAll(own, '/Groups', [groupBody({ members }), groupBody({ members })]);
    await createAll(own, '/Users', [userBody()]);
    const seen: (number | undefined)[] = [];
    for (const { Resources } of await walk(own, { path: '?count=351' }))
      for (const { members: held } of Resources as { members?: unknown[] }[]) seen.push(held?.length);
    expect(seen).toHaveLength(703);
    expect(seen.slice(699)).toEqual([undefined, 700, 700, undefined]);
    const whole = (await own.get('?count=1000')).body.Resources as { members?: unknown[] }[];
    expect(whole.map(({ members: held }) => held?.length)).toEqual(seen);
  });
});
