import pg from 'pg';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { insertGroups, insertUsers } from '../../support/insert-resources.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { createUser } from './messages.js';

/** 12,000 groups on a page are more than are read at once. */
const USERS = 60;
const GROUPS = 200;

let application: TestApplication;
let client: ScimClient;
let ids: string[];

beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  const { slug } = company;
  client = await company.client('lenient');
  ids = await insertUsers(application.database, slug, USERS);
  await insertGroups(application.database, slug, GROUPS);
  await asAdmin(
    `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT g.company_id, g.id, u.id, u.id FROM groups g JOIN users u USING (company_id)`,
  );
}, 60_000);
afterAll(() => application.close());

async function asAdmin(text: string): Promise<void> {
  const admin = new pg.Client(application.database.adminUrl);
  await admin.connect();
  await admin.query(text);
  await admin.end();
}

const list = async (query: string): Promise<ScimAnswer['body']> =>
  (await client.get(`/Users?count=${USERS}${query}`)).body;
const tagOf = async (id: string): Promise<string | undefined> =>
  (await client.get(`/Users/${id}`)).headers.etag;

it('a page of users with very many groups is whole, in order, and as each of them is by himself', async () => {
  const page = await list('');
  expect(page).toMatchObject({ totalResults: USERS, itemsPerPage: USERS, startIndex: 1 });
  expect(page.Resources.map(({ id }: { id: string }) => id)).toEqual(ids);
  for (const user of page.Resources) expect(user.groups).toHaveLength(GROUPS);
  for (const place of [0, USERS - 1]) {
    expect(page.Resources[place]).toEqual((await client.get(`/Users/${ids[place] ?? ''}`)).body);
    expect(page.Resources[place].meta.version).toBe(await tagOf(ids[place] ?? ''));
  }
});

it('a walk by cursor over such pages comes past everybody once', async () => {
  const seen: string[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const page: ScimAnswer['body'] = (
      await client.get(`/Users?count=55&cursor=${cursor}&sortBy=userName&sortOrder=descending`)
    ).body;
    seen.push(...page.Resources.map(({ id }: { id: string }) => id));
    cursor = page.nextCursor;
  }
  expect(seen).toHaveLength(USERS);
  expect(new Set(seen)).toEqual(new Set(ids));
});

it('users with large attributes are on one page, however much that is', async () => {
  const own = await (await application.company()).client();
  const made = [];
  for (let n = 0; n < 7; n += 1) {
    // Random digits can't be compressed to nothing.
    const numbers = Array.from({ length: 60_000 }, () => Math.random().toString(36).slice(2)).join(' ');
    made.push(await createUser(own, { nickName: numbers }));
  }
  const page = (await own.get('/Users')).body;
  expect(page).toMatchObject({ totalResults: 7, itemsPerPage: 7 });
  expect(page.Resources).toEqual(made);
}, 60_000);

it('a list without groups does not read them: there is no version then', async () => {
  for (const query of ['&excludedAttributes=groups', '&excludedAttributes=GROUPS,emails']) {
    const { Resources } = await list(query);
    expect(Resources).toHaveLength(USERS);
    for (const user of Resources) {
      expect(user).not.toHaveProperty('groups');
      expect(Object.keys(user.meta).sort()).toEqual(['created', 'lastModified', 'location', 'resourceType']);
    }
  }
  const root = (await client.get(`?excludedAttributes=groups&filter=userName%20pr`)).body.Resources[0];
  expect(root.meta).not.toHaveProperty('version');
  // One user is answered with his tag in any case.
  const [id = ''] = ids;
  const one = await client.get(`/Users/${id}?excludedAttributes=groups`);
  expect(one.body.meta.version).toBe(await tagOf(id));
});

it('a list that names meta.version has it', async () => {
  for (const query of ['&attributes=meta.version', '&attributes=meta', '&attributes=userName,meta.version']) {
    const { Resources } = await list(query);
    expect(Resources[0].meta.version).toBe(await tagOf(ids[0] ?? ''));
    expect(Resources[0]).not.toHaveProperty('groups');
  }
});
