import { STRONGDM_SURFACE } from '../../../../src/surfaces/strongdm/strongdm.surface.js';
import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { dumpDatabase } from '../../../support/database-dump.js';
import { listRoutes } from '../../../support/routes.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  GROUP,
  groupBody,
  openCompany,
  unique,
  USER,
  userBody,
} from './strongdm-client.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** An id of the right form, without its prefix, that nobody has. */
const NOBODY = '00000000000abcde';

interface Attempt {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Attempts = (digits: string, ownGroup: string) => readonly Attempt[];

const patchOf = (operation: object): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [operation],
});

/** The id with both prefixes, since an outsider need not know which kind it is. */
const members = (digits: string): object[] => [{ value: `a-${digits}` }, { value: `r-${digits}` }];
const user = (digits: string): Attempt => ({ path: `/Users/a-${digits}` });
const group = (digits: string): Attempt => ({ path: `/Groups/r-${digits}` });
const filter = (resource: string, text: string): Attempt => ({
  path: `/${resource}?filter=${encodeURIComponent(text)}`,
});

/** For each route the requests that name an id: the other company's, or nobody's. A missing route fails a test. */
const ATTEMPTS: Readonly<Record<string, Attempts>> = {
  'GET /Users': (id) => [{ path: `/Users?id=a-${id}` }, filter('Users', 'userName eq "theirs@example.test"')],
  'POST /Users': (id) => [
    {
      path: '/Users',
      body: userBody({
        id: `a-${id}`,
        userName: 'new@example.test',
        schemas: [USER, ENTERPRISE],
        [ENTERPRISE]: { manager: { value: `a-${id}` } },
      }),
    },
  ],
  'GET /Users/:id': (id) => [user(id)],
  'PUT /Users/:id': (id) => [
    { ...user(id), body: userBody({ userName: 'taken@example.test' }) },
    { ...user(id), body: {} },
    { ...user(id), body: '{' },
  ],
  'PATCH /Users/:id': (id) => [
    { ...user(id), body: patchOf({ op: 'replace', value: { active: false } }) },
    { ...user(id), body: patchOf({ op: 'replace', value: { title: 'x' } }), headers: { 'If-Match': '*' } },
  ],
  'DELETE /Users/:id': (id) => [user(id), { ...user(id), headers: { 'If-Match': 'W/"1"' } }],
  'GET /Groups': (id) => [{ path: `/Groups?id=r-${id}` }, filter('Groups', 'displayName eq "Theirs"')],
  'POST /Groups': (id) => [
    { path: '/Groups', body: groupBody({ displayName: 'Borrowed', members: members(id) }) },
    { path: '/Groups', body: { displayName: 'Theirs' } },
  ],
  'GET /Groups/:id': (id) => [group(id)],
  'PUT /Groups/:id': (id, own) => [
    { ...group(id), body: groupBody({ displayName: 'Taken' }) },
    { path: `/Groups/${own}`, body: groupBody({ displayName: 'Ours', members: members(id) }) },
  ],
  'PATCH /Groups/:id': (id, own) => [
    { ...group(id), body: patchOf({ op: 'replace', value: { displayName: 'Taken' } }) },
    { ...group(id), body: patchOf({ op: 'replace', path: 'members', value: [] }) },
    { path: `/Groups/${own}`, body: patchOf({ op: 'add', path: 'members', value: members(id) }) },
    { path: `/Groups/${own}`, body: patchOf({ op: 'replace', path: 'members', value: members(id) }) },
    { path: `/Groups/${own}`, body: patchOf({ op: 'remove', path: `members[value eq "a-${id}"]` }) },
    { path: `/Groups/${own}`, body: patchOf({ op: 'remove', path: `members[value eq "r-${id}"]` }) },
  ],
  'DELETE /Groups/:id': (id) => [group(id), { ...group(id), headers: { 'If-Match': '*' } }],
  'GET /ResourceTypes': () => [],
  'GET /ResourceTypes/:name': (id) => [{ path: `/ResourceTypes/r-${id}` }],
  'GET /Schemas': () => [],
  'GET /Schemas/:urn': (id) => [{ path: `/Schemas/r-${id}` }],
  'GET /ServiceProviderConfig': (id) => [{ path: `/ServiceProviderConfig?id=r-${id}` }],
};

let application: TestApplication;
let theirs: { readonly user: string; readonly group: string };

beforeAll(async () => {
  application = await startTestApplication();
  const { client } = await openCompany(application);
  const { id } = await createUser(client, { userName: 'theirs@example.test' });
  const held = await createGroup(client, { displayName: 'Theirs', members: [{ value: id }] });
  theirs = { user: id.slice(2), group: held.id.slice(2) };
});
afterAll(() => application.close());

/** A company with a group of one member, whose names are those of every other outsider. */
async function outsider(): Promise<{ readonly client: ScimClient; readonly group: string }> {
  const { client } = await openCompany(application);
  const { id } = await createUser(client, { userName: 'own@example.test' });
  return { client, group: (await createGroup(client, { displayName: 'Own', members: [{ value: id }] })).id };
}

/** What a client can tell from an answer, whichever id it asked about. */
function tellOf({ status, headers, text }: ScimAnswer, id: string): object {
  const anonymous = (from: string): string =>
    from
      .replaceAll(id, '<id>')
      .replace(/\b[ar]-[0-9a-f]{16}/g, '<new>')
      .replace(/(user|Role)-\d+/g, '<name>');
  const { location = '', etag } = headers;
  return { status, location: anonymous(location), etag, text: anonymous(text) };
}

const send = (client: ScimClient, method: string, { path, body, headers }: Attempt): Promise<ScimAnswer> =>
  client.send({
    method,
    path,
    headers: { Authorization: `Bearer ${client.token}`, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

/** The rows of the first company, which is the one that is tried. */
async function theirRows(): Promise<string[]> {
  const lines = await dumpDatabase(application.database.adminUrl);
  const name = lines.find((line) => line.startsWith('public.groups ') && line.includes('Theirs'));
  const companyId = /\((\d+),/.exec(name ?? '')?.[1] ?? '';
  return lines.filter((line) =>
    new RegExp(`^public\\.(users|groups|memberships|resource_counts) \\(${companyId},`).test(line),
  );
}

it('every route is tried', () => {
  const mount = `/${STRONGDM_SURFACE.mount}`;
  const all = listRoutes(application.app)
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith(`${mount}/`))
    .map(({ method, path }) => `${method} ${path.slice(mount.length)}`);
  expect(Object.keys(ATTEMPTS).sort()).toEqual(all.sort());
});

it.each(Object.keys(ATTEMPTS))(
  "TEN-02 TEN-06 %s answers another company's id as an unknown one",
  async (route) => {
    const before = await theirRows();
    expect(before.length).toBeGreaterThan(2);
    const [method = ''] = route.split(' ');
    for (const id of [theirs.user, theirs.group]) {
      const [attacker, reference] = [await outsider(), await outsider()];
      const expected = ATTEMPTS[route]?.(NOBODY, reference.group) ?? [];
      for (const [index, attempt] of (ATTEMPTS[route]?.(id, attacker.group) ?? []).entries()) {
        const got = await send(attacker.client, method, attempt);
        const wanted = await send(reference.client, method, expected[index] as Attempt);
        expect({ index, ...tellOf(got, id) }).toEqual({ index, ...tellOf(wanted, NOBODY) });
        expect(got.status).toBeLessThan(500);
        expect(got.text).not.toContain('theirs@example.test');
      }
    }
    expect(await theirRows()).toEqual(before);
  },
);

it('TEN-04 a name that another company has is free', async () => {
  const { client } = await openCompany(application);
  expect(
    (await client.post('/Groups', { schemas: [GROUP], displayName: 'Theirs', members: [] })).status,
  ).toBe(201);
  expect((await client.post('/Users', userBody({ userName: 'theirs@example.test' }))).status).toBe(201);
  expect((await client.get('/Groups')).body.totalResults).toBe(1);
  expect((await client.post('/Groups', groupBody({ displayName: unique('Role') }))).status).toBe(201);
});
