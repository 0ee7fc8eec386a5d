import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { dumpDatabase } from '../../../support/database-dump.js';
import { JwtIssuer } from '../../../support/jwt-issuer.js';
import { listRoutes } from '../../../support/routes.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import { IssuerAdministration } from '../../../../src/administration/issuer-administration.js';
import { SCAIKEY_SURFACE } from '../../../../src/surfaces/scaikey/scaikey.surface.js';
import { baseOf, scaikeyClient } from './scaikey.js';

/** An id of the right form that nobody has. */
const NOBODY = '00000000000abcde';

interface Attempt {
  readonly path: string;
  readonly body?: unknown;
}

const ops = (...Operations: object[]): object => ({ Operations });
const search = (resource: string, filter: string): Attempt => ({
  path: `/${resource}?filter=${encodeURIComponent(filter)}`,
});

/**
 * For each route the requests that name an id; `id` is of the other company, or nobody's, and the answers have to
 * be the same. `own` is a group of the caller. A route that is missing here fails the test below.
 */
const ATTEMPTS: Readonly<Record<string, (id: string, own: string) => readonly Attempt[]>> = {
  'GET /Users': (id) => [
    search('Users', `id eq "${id}"`),
    search('Users', `groups.value eq "${id}"`),
    search('Users', `meta.location ew "${id}"`),
  ],
  'POST /Users': (id) => [{ path: '/Users', body: { userName: 'newcomer', id } }],
  'GET /Users/:user_id': (id) => [{ path: `/Users/${id}` }, { path: `/Users/${id}?attributes=id` }],
  'PUT /Users/:user_id': (id) => [
    { path: `/Users/${id}`, body: { userName: 'taken.over' } },
    { path: `/Users/${id}`, body: {} },
  ],
  'PATCH /Users/:user_id': (id) => [
    { path: `/Users/${id}`, body: ops({ op: 'replace', path: 'active', value: false }) },
    { path: `/Users/${id}`, body: ops({ op: 'move' }) },
    { path: `/Users/${id}`, body: ops({}) },
  ],
  'DELETE /Users/:user_id': (id) => [{ path: `/Users/${id}` }],
  'GET /Groups': (id) => [
    search('Groups', `id eq "${id}"`),
    search('Groups', `members.value eq "${id}"`),
    search('Groups', `not (id ne "${id}")`),
  ],
  'POST /Groups': (id) => [{ path: '/Groups', body: { displayName: 'Borrowed', members: [{ value: id }] } }],
  'GET /Groups/:group_id': (id) => [{ path: `/Groups/${id}` }, { path: `/Groups/${id}?attributes=id` }],
  'PUT /Groups/:group_id': (id, own) => [
    { path: `/Groups/${id}`, body: { displayName: 'Taken' } },
    { path: `/Groups/${own}`, body: { displayName: 'Own', members: [{ value: id }] } },
  ],
  'PATCH /Groups/:group_id': (id, own) => [
    { path: `/Groups/${id}`, body: ops({ op: 'remove', path: 'members' }) },
    { path: `/Groups/${own}`, body: ops({ op: 'add', path: 'members', value: [{ value: id }] }) },
    { path: `/Groups/${own}`, body: ops({ op: 'remove', path: `members[value eq "${id}"]` }) },
  ],
  'DELETE /Groups/:group_id': (id) => [{ path: `/Groups/${id}` }],
  'POST /Bulk': (id, own) => [
    {
      path: '/Bulk',
      body: {
        Operations: [
          { method: 'DELETE', path: `/Groups/${id}` },
          { method: 'PUT', path: `/Users/${id}`, data: { userName: 'taken.over' } },
          { method: 'PATCH', path: `/Groups/${id}`, data: ops({ op: 'remove', path: 'members' }) },
          {
            method: 'PATCH',
            path: `/Groups/${own}`,
            data: ops({ op: 'add', path: 'members', value: [{ value: id }] }),
          },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'b',
            data: { displayName: 'B', members: [{ value: id }] },
          },
        ],
      },
    },
  ],
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
  const acme = await scaikeyClient(application, await application.company('acme'));
  user = (await acme.post('/Users', { userName: 'ada', title: 'Canary' })).body.id;
  group = (await acme.post('/Groups', { displayName: 'Canaries', members: [{ value: user }] })).body.id;
});
afterAll(() => application.close());

/** A client of a new company, and a group of it. */
async function outsider(): Promise<{ client: ScimClient; own: string }> {
  const client = await scaikeyClient(application, await application.company(`outsider-${++outsiders}`));
  return { client, own: (await client.post('/Groups', { displayName: 'Own' })).body.id };
}

const send = (client: ScimClient, method: string, { path, body }: Attempt): Promise<ScimAnswer> =>
  client.send({
    method,
    path,
    headers: {
      Authorization: `Bearer ${client.token}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** What a client can tell from an answer, whichever id it asked about and whichever company it is of. */
const tellOf = ({ status, text }: ScimAnswer, id: string): object => ({
  status,
  text: text
    .replaceAll(id, '<id>')
    .replace(/outsider-\d+/g, '<company>')
    .replace(/"(created|lastModified)":"[^"]*"/g, '"$1":"<time>"')
    .replace(/(\/Users\/|\/Groups\/|"id":")[0-9a-f]{16}/g, '$1<new>'),
});

const rowsOfAcme = async (): Promise<string[]> =>
  (await dumpDatabase(application.database.adminUrl)).filter((line) =>
    /^public\.(users|groups|memberships) .*(ada|Canar)/i.test(line),
  );

it('every route there is is tried', () => {
  const mount = `/${SCAIKEY_SURFACE.mount}`;
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

it.each(Object.keys(ATTEMPTS))("TEN-02 TEN-03 %s below another company's path is 404", async (route) => {
  const before = await rowsOfAcme();
  const [method = ''] = route.split(' ');
  const { client, own } = await outsider();
  for (const tenant of ['acme', 'no-such-company']) {
    const stranger = application.scim(client.token, baseOf(application, tenant));
    for (const attempt of ATTEMPTS[route]?.(group, own) ?? []) {
      const { status, body } = await send(stranger, method, attempt);
      expect([status, body]).toMatchObject([404, { detail: `Resource ${tenant} not found.`, status: '404' }]);
    }
  }
  expect(await rowsOfAcme()).toEqual(before);
});

it('a signed token opens the company that its claim names, and no other', async () => {
  const idp = await JwtIssuer.start('https://idp.example/', 'RS256');
  const issuers = await IssuerAdministration.open(application.database.url);
  try {
    await issuers.addIssuer({
      name: 'The identity provider',
      company: { claim: 'tenant_id' },
      issuer: idp.iss,
      audience: 'https://rollcall.example/',
      keys: { url: idp.keysUrl },
      requiredScope: null,
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
    });
    const token = await idp.sign({ aud: 'https://rollcall.example/', sub: 'service', tenant_id: 'acme' });
    const { client } = await outsider();
    const own = await application.scim(token, baseOf(application, 'acme')).get(`/Groups/${group}`);
    expect([own.status, own.body.displayName]).toEqual([200, 'Canaries']);
    const slug = `outsider-${outsiders}`;
    expect((await client.get('/Groups')).status).toBe(200);
    expect((await application.scim(token, baseOf(application, slug)).get('/Groups')).status).toBe(404);
    const expired = await idp.sign({ aud: 'https://rollcall.example/', sub: 's', tenant_id: 'acme', exp: 1 });
    expect((await application.scim(expired, baseOf(application, 'acme')).get('/Groups')).status).toBe(401);
  } finally {
    await issuers.close();
    await idp.close();
  }
});
