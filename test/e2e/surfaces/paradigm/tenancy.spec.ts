import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { dumpDatabase } from '../../../support/database-dump.js';
import { listRoutes } from '../../../support/routes.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import { PARADIGM_SURFACE } from '../../../../src/surfaces/paradigm/paradigm.surface.js';
import { paradigmClient } from './paradigm-client.js';

/** An id of the right form that nobody has. */
const NOBODY = '00000000000abcde';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

interface Attempt {
  readonly path: string;
  readonly body?: unknown;
}

const ops = (...Operations: object[]): object => ({ Operations });
const list = (resource: string, filter: string): Attempt => ({
  path: `/${resource}?filter=${encodeURIComponent(filter)}`,
});
const search = (resource: string, filter: string): Attempt => ({
  path: `/${resource}/.search`,
  body: { schemas: [SEARCH], filter },
});

/**
 * For each route the requests that name an id; `id` is of the other company, or nobody's, and the answers have to
 * be the same. `own` is a group of the caller. A route that is missing here fails the test below.
 */
const ATTEMPTS: Readonly<Record<string, (id: string, own: string) => readonly Attempt[]>> = {
  'GET /Users': (id) => [
    list('Users', `id eq "${id}"`),
    list('Users', `groups.value eq "${id}"`),
    list('Users', `meta.location ew "${id}"`),
  ],
  'POST /Users/.search': (id) => [
    search('Users', `id eq "${id}"`),
    search('Users', `groups.value eq "${id}"`),
  ],
  'POST /Users': (id) => [{ path: '/Users', body: { userName: 'newcomer', id } }],
  'GET /Users/:id': (id) => [{ path: `/Users/${id}` }, { path: `/Users/${id}?attributes=id` }],
  'PUT /Users/:id': (id) => [
    { path: `/Users/${id}`, body: { userName: 'taken.over' } },
    { path: `/Users/${id}`, body: {} },
  ],
  'PATCH /Users/:id': (id) => [
    { path: `/Users/${id}`, body: ops({ op: 'replace', path: 'active', value: false }) },
    { path: `/Users/${id}`, body: ops({ op: 'move' }) },
  ],
  'DELETE /Users/:id': (id) => [{ path: `/Users/${id}` }],
  'GET /Groups': (id) => [
    list('Groups', `id eq "${id}"`),
    list('Groups', `members.value eq "${id}"`),
    list('Groups', `not (id ne "${id}")`),
  ],
  'POST /Groups/.search': (id) => [search('Groups', `id eq "${id}"`), search('Groups', `members eq "${id}"`)],
  'POST /Groups': (id) => [{ path: '/Groups', body: { displayName: 'Borrowed', members: [{ value: id }] } }],
  'PATCH /Groups': (id, own) => [
    { path: '/Groups', body: { id, ...ops({ op: 'remove', path: 'members' }) } },
    { path: '/Groups', body: { id, ...ops({ op: 'move' }) } },
    { path: '/Groups', body: { id: own, ...ops({ op: 'add', path: 'members', value: id }) } },
  ],
  'GET /Groups/:id': (id) => [{ path: `/Groups/${id}` }, { path: `/Groups/${id}?attributes=id` }],
  'PATCH /Groups/:id': (id, own) => [
    { path: `/Groups/${id}`, body: ops({ op: 'remove', path: 'members' }) },
    { path: `/Groups/${own}`, body: { id, ...ops({ op: 'replace', path: 'displayName', value: 'Mine' }) } },
    { path: `/Groups/${own}`, body: ops({ op: 'add', path: 'members', value: id }) },
    { path: `/Groups/${own}`, body: ops({ op: 'remove', path: `members[value eq "${id}"]` }) },
  ],
  'DELETE /Groups/:id': (id) => [{ path: `/Groups/${id}` }],
  'GET /ServiceProviderConfig': (id) => [{ path: `/ServiceProviderConfig?id=${id}` }],
  'GET /ResourceTypes': (id) => [{ path: `/ResourceTypes?id=${id}` }],
  'GET /ResourceTypes/:name': (id) => [{ path: `/ResourceTypes/${id}` }],
  'GET /Schemas': (id) => [{ path: `/Schemas?id=${id}` }],
  'GET /Schemas/:urn': (id) => [{ path: `/Schemas/${id}` }],
};

let application: TestApplication;
let user: string;
let group: string;
let outsiders = 0;

beforeAll(async () => {
  application = await startTestApplication();
  const acme = await paradigmClient(application, await application.company('acme'));
  user = (await acme.post('/Users', { userName: 'ada', title: 'Canary' })).body.id;
  group = (await acme.post('/Groups', { displayName: 'Canaries', members: [{ value: user }] })).body.id;
});
afterAll(() => application.close());

/** A client of a new company, and a group of it. */
async function outsider(): Promise<{ client: ScimClient; own: string }> {
  const client = await paradigmClient(application, await application.company(`outsider-${++outsiders}`));
  return { client, own: (await client.post('/Groups', { displayName: 'Own' })).body.id };
}

const send = (client: ScimClient, method: string, { path, body }: Attempt): Promise<ScimAnswer> =>
  client.send({
    method,
    path,
    headers: { Authorization: `Bearer ${client.token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** What a client can tell from an answer, whichever id it asked about. */
const tellOf = ({ status, text }: ScimAnswer, id: string): object => ({
  status,
  text: text
    .replaceAll(id, '<id>')
    .replace(/"(created|lastModified)":"[^"]*"/g, '"$1":"<time>"')
    .replace(/(\/Users\/|\/Groups\/|"id":")[0-9a-f]{16}/g, '$1<new>'),
});

const rowsOfAcme = async (): Promise<string[]> =>
  (await dumpDatabase(application.database.adminUrl)).filter((line) =>
    /^public\.(users|groups|memberships) .*(ada|Canar)/i.test(line),
  );

it('every route there is is tried', () => {
  const mount = `/${PARADIGM_SURFACE.mount}`;
  const all = listRoutes(application.app)
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith(`${mount}/`))
    .map(({ method, path }) => `${method} ${path.slice(mount.length)}`);
  expect(Object.keys(ATTEMPTS).sort()).toEqual(all.sort());
});

it.each(Object.keys(ATTEMPTS))(
  "TEN-02 TEN-06 %s answers another company's id as an unknown one",
  async (route) => {
    const before = await rowsOfAcme();
    expect(before.length).toBeGreaterThan(1);
    const [method = ''] = route.split(' ');
    for (const id of [user, group]) {
      const [attacker, reference] = [await outsider(), await outsider()];
      const expected = ATTEMPTS[route]?.(NOBODY, reference.own) ?? [];
      for (const [index, attempt] of (ATTEMPTS[route]?.(id, attacker.own) ?? []).entries()) {
        const got = await send(attacker.client, method, attempt);
        const wanted = await send(reference.client, method, expected[index] as Attempt);
        expect(tellOf(got, id)).toEqual(tellOf(wanted, NOBODY));
        expect(got.text).not.toMatch(/canar/i);
      }
    }
    expect(await rowsOfAcme()).toEqual(before);
  },
);
