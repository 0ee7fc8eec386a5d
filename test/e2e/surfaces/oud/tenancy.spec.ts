import { OUD_SURFACE } from '../../../../src/surfaces/oud/oud.surface.js';
import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { dumpDatabase } from '../../../support/database-dump.js';
import { listRoutes } from '../../../support/routes.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import { createGroup, createUser, ENTERPRISE, GROUP, openDirectory, PATCH_OP, userBody } from './oud.js';

/** An id of the right form that nobody has. */
const NOBODY = '00000000000abcde';

interface Attempt {
  readonly path: string;
  readonly body?: unknown;
}

const ops = (...Operations: object[]): object => ({ schemas: [PATCH_OP], Operations });
const search = (resource: string, filter: string): Attempt => ({
  path: `/${resource}?filter=${encodeURIComponent(filter)}`,
});
const group = (displayName: string, members: string[]): object => ({
  schemas: [GROUP],
  [GROUP]: { displayName, members },
});

/**
 * For each route the requests that name an id; `id` is of the other company, or nobody's, and the answers have to
 * be the same. `own` is a group of the caller. A route that is missing here fails the test below.
 */
const ATTEMPTS: Readonly<Record<string, (id: string, own: string) => readonly Attempt[]>> = {
  'GET /Users': (id) => [
    search('Users', `id eq "${id}"`),
    search('Users', `groups.value eq "${id}"`),
    search('Users', `${ENTERPRISE}:manager.value eq "${id}"`),
  ],
  'POST /Users': (id) => [
    { path: '/Users', body: { ...userBody({ userName: 'x' }, { manager: [{ managerId: id }] }), id } },
  ],
  'GET /Users/:entryUUID': (id) => [{ path: `/Users/${id}` }],
  'PUT /Users/:entryUUID': (id) => [
    { path: `/Users/${id}`, body: userBody({ userName: 'taken' }) },
    { path: `/Users/${id}`, body: {} },
  ],
  'PATCH /Users/:entryUUID': (id) => [
    { path: `/Users/${id}`, body: ops({ op: 'replace', path: 'active', value: [false] }) },
    { path: `/Users/${id}`, body: ops({ op: 'move' }) },
  ],
  'DELETE /Users/:entryUUID': (id) => [{ path: `/Users/${id}` }],
  'GET /Groups': (id) => [
    search('Groups', `id eq "${id}"`),
    search('Groups', `members.value eq "${id}"`),
    search('Groups', `not (id ne "${id}")`),
  ],
  'POST /Groups': (id) => [{ path: '/Groups', body: group('Borrowed', [id]) }],
  'GET /Groups/:entryUUID': (id) => [{ path: `/Groups/${id}` }],
  'PUT /Groups/:entryUUID': (id, own) => [
    { path: `/Groups/${id}`, body: group('Taken', []) },
    { path: `/Groups/${own}`, body: group('Own', [id]) },
  ],
  'PATCH /Groups/:entryUUID': (id, own) => [
    { path: `/Groups/${id}`, body: ops({ op: 'delete', path: 'members' }) },
    { path: `/Groups/${own}`, body: ops({ op: 'add', path: 'members', value: [{ value: id }] }) },
    { path: `/Groups/${own}`, body: ops({ op: 'delete', path: 'members', value: [id] }) },
    { path: `/Groups/${own}`, body: ops({ op: 'delete', path: `members[value eq "${id}"]` }) },
  ],
  'DELETE /Groups/:entryUUID': (id) => [{ path: `/Groups/${id}` }],
  'GET /Me': (id) => [{ path: `/Me?id=${id}` }],
  'PUT /Me': (id) => [{ path: `/Me?id=${id}`, body: userBody({ userName: 'x' }) }],
  'PATCH /Me': (id) => [{ path: `/Me?id=${id}`, body: ops() }],
  'DELETE /Me': (id) => [{ path: `/Me?id=${id}` }],
  'GET /ResourceTypes': (id) => [{ path: `/ResourceTypes?id=${id}` }],
  'GET /Schemas': (id) => [{ path: `/Schemas?id=${id}` }],
  'GET /Schemas/:schemaID': (id) => [{ path: `/Schemas/${id}` }],
};

let application: TestApplication;
let user: string;
let canaries: string;

beforeAll(async () => {
  application = await startTestApplication();
  const { client } = await openDirectory(application);
  user = (await createUser(client, { userName: 'canary' })).id;
  canaries = (await createGroup(client, { displayName: 'Canaries', members: [user] })).id;
});
afterAll(() => application.close());

/** A client of a new company, and a group of it. */
async function outsider(): Promise<{ client: ScimClient; own: string }> {
  const { client } = await openDirectory(application);
  return { client, own: (await createGroup(client, { displayName: 'Own' })).id };
}

const send = (client: ScimClient, method: string, { path, body }: Attempt): Promise<ScimAnswer> =>
  client.send({
    method,
    path,
    headers: { Authorization: `Bearer ${client.token}`, 'Content-Type': 'application/scim+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** What a client can tell from an answer, whichever id it asked about. */
const tellOf = ({ status, text }: ScimAnswer, id: string): object => ({
  status,
  text: text.replaceAll(id, '<id>').replace(/(\/Users\/|\/Groups\/|"id":")[0-9a-f]{16}/g, '$1<new>'),
});

const canaryRows = async (): Promise<string[]> =>
  (await dumpDatabase(application.database.adminUrl)).filter((line) =>
    /^public\.(users|groups|memberships) .*canar/i.test(line),
  );

it('every route there is is tried', () => {
  const mount = `/${OUD_SURFACE.mount}`;
  const all = listRoutes(application.app)
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith(`${mount}/`))
    .map(({ method, path }) => `${method} ${path.slice(mount.length)}`);
  expect(Object.keys(ATTEMPTS).sort()).toEqual(all.sort());
});

it.each(Object.keys(ATTEMPTS))(
  "TEN-02 TEN-06 %s answers another company's id as an unknown one",
  async (route) => {
    const before = await canaryRows();
    expect(before.length).toBeGreaterThan(1);
    const [method = ''] = route.split(' ');
    for (const id of [user, canaries]) {
      const [attacker, reference] = [await outsider(), await outsider()];
      const expected = ATTEMPTS[route]?.(NOBODY, reference.own) ?? [];
      for (const [index, attempt] of (ATTEMPTS[route]?.(id, attacker.own) ?? []).entries()) {
        const got = await send(attacker.client, method, attempt);
        const wanted = await send(reference.client, method, expected[index] as Attempt);
        expect(tellOf(got, id)).toEqual(tellOf(wanted, NOBODY));
        expect(got.text).not.toMatch(/canar/i);
      }
    }
    expect(await canaryRows()).toEqual(before);
  },
);
