import axios from 'axios';
import pg from 'pg';
import { Administration } from '../../../src/administration/administration.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { PlatformClient } from '../../support/platform-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
/** More lines than are read at once. */
const MANY = 5000;

let service: TestApplication;
let administration: Administration;
let admin: pg.Client;
let secret: string;

beforeAll(async () => {
  service = await startTestApplication();
  administration = await Administration.open(service.database.url);
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  const made = { name: 'sync', scopes: ['feed'] as const, companies: null, expires: null };
  ({ secret } = await administration.platformCredentials.issue(made));
});
afterAll(async () => {
  await admin.end();
  await administration.close();
  await service.close();
});

type Line = Readonly<Record<string, unknown>>;

async function snapshotOf(slug: string, token = secret): Promise<readonly Line[]> {
  const client = new PlatformClient(service, `Bearer ${token}`);
  const { status, headers, body } = await client.get(`/companies/${slug}/snapshot`);
  expect([status, headers['content-type']]).toEqual([200, 'application/x-ndjson']);
  const text = body as string;
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

it('has all of one moment between a position and an end', async () => {
  const company = await service.company();
  const scim = await company.client();
  const make = async (path: string, body: object): Promise<string> =>
    ((await scim.post(path, body)).body as { id: string }).id;
  const ada = await make('/Users', { schemas: [USER], userName: 'ada', displayName: 'Ada', externalId: 'e' });
  const ben = await make('/Users', { schemas: [USER], userName: 'ben', active: false });
  const inner = await make('/Groups', { schemas: [GROUP], displayName: 'Inner', members: [{ value: ada }] });
  const outer = await make('/Groups', {
    schemas: [GROUP],
    displayName: 'Outer',
    members: [{ value: inner }],
  });
  const lines = await snapshotOf(company.slug);
  const { id } = await administration.companies.showCompany(company.slug);
  expect(lines[0]).toEqual({
    type: 'position',
    position: expect.any(String),
    company: { id, slug: company.slug },
    time: expect.stringMatching(/Z$/),
  });
  const shown = (line: Line): string => JSON.stringify(line);
  expect(lines.slice(1, 3).sort((a, b) => shown(a).localeCompare(shown(b)))).toEqual([
    { type: 'user', id: ada, version: 1, userName: 'ada', displayName: 'Ada', externalId: 'e', active: true },
    { type: 'user', id: ben, version: 1, userName: 'ben', displayName: 'ben', active: false },
  ]);
  expect(lines.slice(3, -1)).toEqual([
    { type: 'group', id: inner, version: 1, displayName: 'Inner' },
    { type: 'group', id: outer, version: 1, displayName: 'Outer' },
    { type: 'membership', group: inner, value: ada, memberType: 'User' },
    { type: 'membership', group: outer, value: inner, memberType: 'Group' },
  ]);
  expect(lines.at(-1)).toEqual({ type: 'end', users: 2, groups: 2, memberships: 2 });
  expect(await snapshotOf(company.slug, await company.token('lenient', ['scim:read']))).toEqual([
    { ...lines[0], position: expect.any(String), time: expect.any(String) },
    ...lines.slice(1),
  ]);
});

it('has nothing of another company', async () => {
  const [acme, birch] = [await service.company(), await service.company()];
  await (await birch.client()).post('/Users', { schemas: [USER], userName: 'ben' });
  expect((await snapshotOf(acme.slug)).slice(1)).toEqual([
    { type: 'end', users: 0, groups: 0, memberships: 0 },
  ]);
});

it('is whole where it is large', async () => {
  const company = await service.company();
  const { id } = await administration.companies.showCompany(company.slug);
  await admin.query(
    `INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
     SELECT read_resource_id($1), jsonb_build_object('userName', n::text), '{}', n::text, n::text, n::text
     FROM generate_series(1, $2::int) n`,
    [id, MANY],
  );
  const lines = await snapshotOf(company.slug);
  expect(new Set(lines.slice(1, -1).map(({ userName }) => userName)).size).toBe(MANY);
  expect(lines.at(-1)).toEqual({ type: 'end', users: MANY, groups: 0, memberships: 0 });
});

it('is made once at a time for a company', async () => {
  const company = await service.company();
  const { id } = await administration.companies.showCompany(company.slug);
  const lock = "pg_advisory_lock(hashtextextended('rollcall snapshot', read_resource_id($1)))";
  await admin.query(`SELECT ${lock}`, [id]);
  const client = new PlatformClient(service, `Bearer ${secret}`);
  const { status, headers, body } = await client.get(`/companies/${company.slug}/snapshot`);
  expect([status, headers['rollcall-reason'], headers['retry-after']]).toEqual([429, 'busy', '10']);
  expect(body.detail).toMatch(/^busy: A snapshot of this company is being made/);
  await admin.query(`SELECT ${lock.replace('_lock', '_unlock')}`, [id]);
  // More than may be made at once: each that ended has given its place back.
  for (let number = 0; number < 5; number += 1) await snapshotOf(company.slug);
});

it('gives its place back where its reader goes', async () => {
  const company = await service.company();
  const url = `${service.origin}/platform/v1/companies/${company.slug}/snapshot`;
  for (let number = 0; number < 5; number += 1) {
    const gone = new AbortController();
    const answer = axios.get(url, { headers: { Authorization: `Bearer ${secret}` }, signal: gone.signal });
    setImmediate(() => gone.abort());
    await answer.catch(() => undefined);
  }
  await expect
    .poll(
      async () =>
        (await axios.get(url, { headers: { Authorization: `Bearer ${secret}` }, validateStatus: () => true }))
          .status,
      { timeout: 30_000 },
    )
    .toBe(200);
});
