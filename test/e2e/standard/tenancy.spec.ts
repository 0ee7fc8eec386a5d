import { type Dialect } from '../../../src/protocol/dialect/dialect.js';
import { STANDARD_SURFACE } from '../../../src/surfaces/standard/standard.surface.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { dumpCompany } from '../../support/database-dump.js';
import { listRoutes } from '../../support/routes.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/** An id of the right form that nobody has. */
const NOBODY = '00000000000abcde';

/** What company `acme` owns and company `birch` tries to get at. */
interface Estate {
  readonly user: string;
  readonly manager: string;
  readonly group: string;
  readonly nested: string;
}

interface Attempt {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const searchBy = (path: string, filters: readonly string[]): Attempt[] =>
  filters.map((filter) => ({
    path: `${path}/.search`,
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter },
  }));

const patchOf = (...operations: object[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

const bulkOf = (...operations: object[]): Attempt => ({
  path: '/Bulk',
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: operations },
});

const users = (id: string): Attempt => ({ path: `/Users/${id}` });
const groups = (id: string): Attempt => ({ path: `/Groups/${id}` });
const search = (resource: string, filters: readonly string[]): Attempt[] =>
  filters.map((filter) => ({ path: `/${resource}?filter=${encodeURIComponent(filter)}` }));

/**
 * For each route that can be given an id, the requests that name one; `id` is of the other company, or nobody's,
 * and the answers have to be the same. A route that is missing here fails the test below.
 */
const ATTEMPTS: Readonly<Record<string, (id: string, own: Estate) => readonly Attempt[]>> = {
  'GET /Users': (id) => [
    ...search('Users', [
      `id eq "${id}"`,
      `groups.value eq "${id}"`,
      `groups[value eq "${id}"]`,
      `${ENTERPRISE}:manager.value eq "${id}"`,
      `meta.location ew "${id}"`,
      `id ge "${id}" and id le "${id}"`,
    ]),
    { path: `/Users?id=${id}&company=acme&company_id=1&count=0` },
  ],
  'POST /Users': (id) => [
    {
      path: '/Users',
      body: {
        schemas: [USER, ENTERPRISE],
        userName: 'newcomer',
        id,
        [ENTERPRISE]: { manager: { value: id } },
      },
    },
  ],
  'GET /Users/:id': (id) => [
    users(id),
    { ...users(id), headers: { 'If-None-Match': '*' } },
    { ...users(id), headers: { 'If-None-Match': 'W/"1"' } },
    { path: `/Users/${id}?attributes=userName` },
  ],
  'PUT /Users/:id': (id) => [
    { ...users(id), body: { schemas: [USER], userName: 'taken.over' } },
    { ...users(id), body: { schemas: [USER], userName: 'x' }, headers: { 'If-Match': 'W/"1"' } },
    { ...users(id), body: { schemas: [USER] } },
    { ...users(id), body: '{' },
  ],
  'PATCH /Users/:id': (id) => [
    { ...users(id), body: patchOf({ op: 'replace', path: 'active', value: false }) },
    { ...users(id), body: patchOf({ op: 'replace', path: 'id', value: NOBODY }) },
    {
      ...users(id),
      body: patchOf({ op: 'replace', path: 'title', value: 'x' }),
      headers: { 'If-Match': '*' },
    },
  ],
  'DELETE /Users/:id': (id) => [users(id), { ...users(id), headers: { 'If-Match': 'W/"1"' } }],
  'GET /Groups': (id) =>
    search('Groups', [
      `id eq "${id}"`,
      `members.value eq "${id}"`,
      `members[value eq "${id}"]`,
      `members eq "${id}"`,
      `not (id ne "${id}")`,
    ]),
  'POST /Groups': (id) => [
    { path: '/Groups', body: { schemas: [GROUP], displayName: 'Borrowed', members: [{ value: id }] } },
    {
      path: '/Groups',
      body: { schemas: [GROUP], displayName: 'Borrowed', members: [{ value: id, type: 'Group' }] },
    },
  ],
  'GET /Groups/:id': (id) => [
    groups(id),
    { path: `/Groups/${id}?excludedAttributes=members` },
    { ...groups(id), headers: { 'If-None-Match': 'W/"1", W/"2", W/"3"' } },
  ],
  'PUT /Groups/:id': (id, own) => [
    { ...groups(id), body: { schemas: [GROUP], displayName: 'Taken', members: [] } },
    { ...groups(own.group), body: { schemas: [GROUP], displayName: 'Ours', members: [{ value: id }] } },
  ],
  'PATCH /Groups/:id': (id, own) => [
    { ...groups(id), body: patchOf({ op: 'remove', path: 'members' }) },
    { ...groups(id), body: patchOf({ op: 'replace', path: 'displayName', value: 'Taken' }) },
    { ...groups(id), body: patchOf({ op: 'add', path: 'members', value: [{ value: own.user }] }) },
    { ...groups(own.group), body: patchOf({ op: 'add', path: 'members', value: [{ value: id }] }) },
    { ...groups(own.group), body: patchOf({ op: 'replace', path: 'members', value: [{ value: id }] }) },
    { ...groups(own.group), body: patchOf({ op: 'remove', path: `members[value eq "${id}"]` }) },
    { ...groups(own.group), body: patchOf({ op: 'remove', path: 'members', value: [{ value: id }] }) },
  ],
  'DELETE /Groups/:id': (id) => [groups(id), { ...groups(id), headers: { 'If-Match': '*' } }],
  'GET /': (id) => [
    { path: `/?filter=${encodeURIComponent(`id eq "${id}" or members.value eq "${id}"`)}` },
    { path: `/?filter=${encodeURIComponent(`meta.location ew "${id}"`)}&sortBy=displayName&cursor=` },
  ],
  'POST /.search': (id) => searchBy('', [`id eq "${id}"`, `groups.value eq "${id}"`, `members eq "${id}"`]),
  'POST /Users/.search': (id) => searchBy('/Users', [`id eq "${id}"`, `groups.value eq "${id}"`]),
  'POST /Groups/.search': (id) => searchBy('/Groups', [`id eq "${id}"`, `members[value eq "${id}"]`]),
  'POST /Bulk': (id, own) => [
    bulkOf(
      { method: 'DELETE', path: `/Users/${id}` },
      { method: 'PUT', path: `/Users/${id}`, data: { schemas: [USER], userName: 'taken.over' } },
      { method: 'PATCH', path: `/Groups/${id}`, data: patchOf({ op: 'remove', path: 'members' }) },
      {
        method: 'PATCH',
        path: `/Groups/${own.group}`,
        data: patchOf({ op: 'add', path: 'members', value: [{ value: id }] }),
      },
    ),
    bulkOf({
      method: 'POST',
      path: '/Groups',
      bulkId: 'borrowed',
      data: { schemas: [GROUP], displayName: 'Borrowed', members: [{ value: id }] },
    }),
  ],
  // They name no id: whose user it is stands in the token.
  'GET /Me': () => [],
  'PUT /Me': () => [],
  'PATCH /Me': () => [],
  'DELETE /Me': () => [],
  'GET /ResourceTypes': () => [],
  'GET /ResourceTypes/:name': (id) => [{ path: `/ResourceTypes/${id}` }],
  'GET /Schemas': () => [],
  'GET /Schemas/:urn': (id) => [{ path: `/Schemas/${id}` }],
  'GET /ServiceProviderConfig': (id) => [{ path: `/ServiceProviderConfig?id=${id}` }],
};

let service: TestApplication;
let acme: ScimClient;
let theirs: Estate;

beforeAll(async () => {
  service = await startTestApplication();
  acme = await (await service.company('acme')).client();
  theirs = await settle(acme, 'same');
});
afterAll(() => service.close());

/** A manager, a user below, a group with both and a group in it. */
async function settle(client: ScimClient, name: string): Promise<Estate> {
  const made = async (path: string, body: object): Promise<string> => {
    const answer = await client.post(path, body);
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return answer.body.id as string;
  };
  const manager = await made('/Users', {
    schemas: [USER],
    userName: `${name}.manager`,
    displayName: 'Chief',
  });
  const user = await made('/Users', {
    schemas: [USER, ENTERPRISE],
    userName: name,
    externalId: 'shared-external-id',
    emails: [{ value: 'same@example.org', type: 'work' }],
    [ENTERPRISE]: { manager: { value: manager } },
  });
  const nested = await made('/Groups', { schemas: [GROUP], displayName: `${name} inner` });
  const members = [user, manager, nested].map((value) => ({ value }));
  const group = await made('/Groups', { schemas: [GROUP], displayName: `${name} group`, members });
  return { user, manager, group, nested };
}

/** What a client can tell from an answer, whichever id it asked about. */
function tellOf({ status, headers, text }: ScimAnswer, id: string): object {
  const told = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name)),
  );
  const anonymous = (from: string): string =>
    from
      .replaceAll(id, '<id>')
      // How many requests the company may still send in this second.
      .replace(/(?<="ratelimit":".*;r=)\d+/, '<left>')
      // What a POST makes anew.
      .replace(/"(created|lastModified)":"[^"]*"/g, '"$1":"<time>"')
      .replace(/(\/Users\/|\/Groups\/|"id":")[0-9a-f]{16}/g, '$1<new>');
  return { status, headers: anonymous(JSON.stringify(told)), text: anonymous(text) };
}

const rowsOfAcme = (): Promise<string[]> => dumpCompany(service.database, 'acme');

describe("another company's ids", () => {
  it('are tried on every route that there is', () => {
    const mount = `/${STANDARD_SURFACE.mount}`;
    const all = listRoutes(service.app)
      .filter(({ method, path }) => method !== 'ALL' && `${path}/`.startsWith(`${mount}/`))
      .map(({ method, path }) => `${method} ${path.slice(mount.length) || '/'}`);
    expect(all.length).toBeGreaterThan(15);
    expect(Object.keys(ATTEMPTS).sort()).toEqual(all.sort());
  });

  describe.each<Dialect>(['lenient', 'strict'])('in the %s dialect', (dialect) => {
    it.each(Object.keys(ATTEMPTS))('TEN-02 TEN-06 %s answers as for an unknown id', async (route) => {
      const before = await rowsOfAcme();
      expect(before.length).toBeGreaterThan(5);
      const [method = ''] = route.split(' ');
      const reference = await outsider(dialect);
      const wanted: ScimAnswer[] = [];
      for (const attempt of ATTEMPTS[route]?.(NOBODY, reference.own) ?? [])
        wanted.push(await send(reference.client, method, attempt));
      for (const id of [theirs.user, theirs.group]) {
        // A company each, so that one attempt does not change what the next one meets.
        const attacker = await outsider(dialect);
        for (const [index, attempt] of (ATTEMPTS[route]?.(id, attacker.own) ?? []).entries()) {
          const got = await send(attacker.client, method, attempt);
          expect({ attempt: index, ...tellOf(got, id) }).toEqual({
            attempt: index,
            ...tellOf(wanted[index]!, NOBODY),
          });
          expect(got.status).toBeLessThan(500);
        }
      }
      expect(await rowsOfAcme()).toEqual(before);
    });
  });

  it('TEN-02 ETAG a tag of theirs opens nothing', async () => {
    const { client } = await outsider('lenient');
    const { headers } = await acme.get(`/Users/${theirs.user}`);
    const tag = headers.etag as string;
    expect((await client.get(`/Users/${theirs.user}`, { 'If-None-Match': tag })).status).toBe(404);
    const body = { schemas: [USER], userName: 'mine.now' };
    expect((await client.put(`/Users/${theirs.user}`, body, { 'If-Match': tag })).status).toBe(404);
    expect((await client.delete(`/Users/${theirs.user}`, { 'If-Match': tag })).status).toBe(404);
    expect((await acme.get(`/Users/${theirs.user}`, { 'If-None-Match': tag })).status).toBe(304);
  });
});

let outsiders = 0;
async function outsider(dialect: Dialect): Promise<{ client: ScimClient; own: Estate }> {
  const company = await service.company(`outsider-${++outsiders}`);
  const own = await settle(await company.client('lenient'), 'own');
  return { client: await company.client(dialect), own };
}

const send = (
  client: ScimClient,
  method: string,
  { path, body, headers = {} }: Attempt,
): Promise<ScimAnswer> =>
  client.send({
    method,
    path,
    headers: {
      Authorization: `Bearer ${client.token}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/scim+json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

describe('two companies with the same names', () => {
  let birch: ScimClient;
  let ours: Estate;
  beforeAll(async () => {
    birch = await (await service.company('birch')).client();
    // Everything but the ids is what acme has.
    ours = await settle(birch, 'same');
  });

  it('TEN-04 may both have a userName and a displayName', async () => {
    expect((await birch.get(`/Users/${ours.user}`)).body.userName).toBe('same');
    expect((await birch.post('/Users', { schemas: [USER], userName: 'SAME' })).status).toBe(409);
  });

  it('IDP-09 have ids that differ', () => {
    expect(Object.values(ours).filter((id) => Object.values(theirs).includes(id))).toEqual([]);
  });

  it.each([
    ['/Users', 2],
    ['/Groups', 2],
    ['/Users?count=0', 2],
    [`/Users?filter=${encodeURIComponent('userName eq "same"')}`, 1],
    [`/Users?filter=${encodeURIComponent('userName sw "s"')}`, 2],
    [`/Users?filter=${encodeURIComponent('userName co "am" and emails pr')}`, 1],
    [`/Users?filter=${encodeURIComponent('externalId eq "shared-external-id"')}`, 1],
    [`/Users?filter=${encodeURIComponent('emails[value ew "example.org"]')}`, 1],
    [`/Users?filter=${encodeURIComponent('groups.display eq "same group"')}`, 2],
    [`/Users?filter=${encodeURIComponent('manager.displayName eq "Chief"')}`, 1],
    [`/Users?filter=${encodeURIComponent('not (userName eq "nobody")')}`, 2],
    [`/Users?filter=${encodeURIComponent('id pr')}`, 2],
    [`/Groups?filter=${encodeURIComponent('displayName eq "same group"')}`, 1],
    [`/Groups?filter=${encodeURIComponent('members pr')}`, 1],
    [`/Groups?filter=${encodeURIComponent('members.display eq "Chief"')}`, 1],
    ['/Groups?sortBy=displayName', 2],
    ['/Users?sortBy=userName&sortOrder=descending', 2],
  ])('TEN-02 TEN-10 each see their own %s', async (path, total) => {
    for (let round = 0; round < 3; round += 1) {
      for (const [client, own, other] of [
        [acme, theirs, ours],
        [birch, ours, theirs],
      ] as const) {
        const { status, text, body } = await client.get(path);
        expect(status).toBe(200);
        expect(body.totalResults).toBe(total);
        expect(Object.values(other).filter((id) => text.includes(id))).toEqual([]);
        for (const { id } of body.Resources as { id: string }[]) expect(Object.values(own)).toContain(id);
      }
    }
  });

  it('TEN-06 a manager of the other company is text without a name', async () => {
    const body = patchOf({ op: 'replace', path: `${ENTERPRISE}:manager`, value: { value: theirs.manager } });
    const answer = await birch.patch(`/Users/${ours.user}`, body);
    expect(answer.body[ENTERPRISE].manager).toEqual({ value: theirs.manager });
  });

  it('TEN-02 what one writes moves nothing of the other', async () => {
    const before = await rowsOfAcme();
    await birch.patch(`/Groups/${ours.group}`, patchOf({ op: 'remove', path: 'members' }));
    await birch.patch(`/Groups/${ours.nested}`, patchOf({ op: 'replace', path: 'displayName', value: 'x' }));
    await birch.delete(`/Users/${ours.user}`);
    await birch.delete(`/Groups/${ours.group}`);
    expect((await birch.get('/Users')).body.totalResults).toBe(1);
    expect(await rowsOfAcme()).toEqual(before);
  });
});
