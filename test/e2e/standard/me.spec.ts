import { startTestApplication, type TestApplication, type TestCompany } from '../../support/application.js';
import { runCommand, type CommandOutcome } from '../../support/command-line.js';
import { type ScimClient } from '../../support/scim-client.js';
import { createGroup, createUser, ENTERPRISE, expectRefusal, NOBODY, userBody } from './messages.js';

let application: TestApplication;
let company: TestCompany;
let service: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  company = await application.company();
  service = await company.client();
});
afterAll(() => application.close());

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: application.database.url }, ...args);

/** A client with a token that stands for the user of this name or id. */
async function standingFor(user: string, ...options: string[]): Promise<ScimClient> {
  const issued = await rollcall('token', 'issue', company.slug, '--user', user, ...options, '--json');
  expect(issued.error).toBe('');
  return application.scim((JSON.parse(issued.out) as { secret: string }).secret);
}

interface Person {
  readonly id: string;
  readonly userName: string;
  readonly uri: string;
  readonly me: ScimClient;
}

async function person(part: object = {}): Promise<Person> {
  const { id, userName } = (await createUser(service, { ...part })) as { id: string; userName: string };
  return { id, userName, uri: `${application.base}/Users/${id}`, me: await standingFor(id) };
}

describe('a token that stands for a user', () => {
  it('ME-03 ME-04 READ-06 GET answers the user under his own URI', async () => {
    const { id, uri, me } = await person({ title: 'Dr' });
    const answer = await me.get('/Me');
    expect([answer.status, answer.headers.location, answer.headers.etag]).toEqual([200, uri, 'W/"1"']);
    expect(answer.body).toEqual((await service.get(`/Users/${id}`)).body);
    expect(answer.body.meta.location).toBe(uri);
    expect((await me.get('/Me?attributes=title')).body).toEqual({
      schemas: expect.any(Array),
      id,
      title: 'Dr',
    });
    const current = await me.get('/Me', { 'If-None-Match': 'W/"1"' });
    expect([current.status, current.headers.location, current.text]).toEqual([304, uri, '']);
    const head = await me.send({
      method: 'HEAD',
      path: '/Me/',
      headers: { authorization: `Bearer ${me.token}` },
    });
    expect([head.status, head.headers.location, head.text]).toEqual([200, uri, '']);
  });

  it('ME-03 ME-04 PUT replaces him', async () => {
    const { userName, uri, me } = await person({ title: 'Dr', nickName: 'x' });
    const answer = await me.put('/Me', userBody({ userName, title: 'Prof' }), { 'If-Match': 'W/"1"' });
    expect([answer.status, answer.headers.location, answer.body.meta.location]).toEqual([200, uri, uri]);
    expect(answer.body).toMatchObject({ title: 'Prof', active: true });
    expect(answer.body.nickName).toBeUndefined();
    expectRefusal(await me.put('/Me', userBody({ userName }), { 'If-Match': 'W/"1"' }), 412);
  });

  it('ME-03 ME-04 PATCH changes him', async () => {
    const { id, uri, me } = await person();
    const answer = await me.patch('/Me', [{ op: 'add', path: 'title', value: 'Dr' }]);
    expect([answer.status, answer.headers.location, answer.body.meta.location]).toEqual([200, uri, uri]);
    const quiet = await me.patch('/Me', [{ op: 'add', path: 'title', value: 'Prof' }], {
      Prefer: 'return=minimal',
    });
    expect([quiet.status, quiet.headers.location, quiet.text]).toEqual([204, uri, '']);
    expect((await service.get(`/Users/${id}`)).body.title).toBe('Prof');
  });

  it('ME-03 ME-04 ME-05 DELETE deletes him, and then there is no one', async () => {
    const { id, uri, me } = await person();
    const answer = await me.delete('/Me');
    expect([answer.status, answer.headers.location]).toEqual([204, uri]);
    expectRefusal(await service.get(`/Users/${id}`), 404);
    for (const gone of [await me.get('/Me'), await me.patch('/Me', []), await me.delete('/Me')]) {
      expectRefusal(gone, 404);
      expect(gone.headers.location).toBeUndefined();
    }
  });

  it('ME-04 POST is not for one who exists', async () => {
    const { me } = await person();
    const answer = await me.post('/Me', userBody());
    expectRefusal(answer, 405);
    expect(answer.headers.allow).toBe('GET, HEAD, PUT, PATCH, DELETE, OPTIONS');
    expectRefusal(await me.get('/Me/name'), 404);
  });

  it('ME-06 opens nothing else, not even his own path', async () => {
    const { id, me } = await person();
    const other = await createUser(service);
    for (const path of [`/Users/${id}`, `/Users/${other.id}`, '/Users', '/Groups', '']) {
      expectRefusal(await me.get(path), 403, undefined, /user/);
    }
    expectRefusal(await me.patch(`/Users/${other.id}`, [{ op: 'add', path: 'title', value: 'x' }]), 403);
    expectRefusal(await me.delete(`/Users/${other.id}`), 403);
    expectRefusal(await me.post('/Users', userBody()), 403);
    expectRefusal(await me.post('/Users/.search', {}), 403);
    expectRefusal(await me.post('/Bulk', {}), 403);
    for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
      expect((await me.get(path)).status).toBe(200);
    }
  });

  it('ME-06 opens no other surface', async () => {
    const { id, me } = await person();
    const opened = [
      'scim/v2',
      `api/v1/tenants/${company.slug}/scim/v2`,
      'iam/directory/oud/scim/v1',
      'provisioning/generic/v2',
    ].map((mount) => application.scim(me.token, `${application.origin}/${mount}`));
    for (const surface of opened) {
      const answer = await surface.get(`/Users/${id}`);
      expect([surface.base, answer.status]).toEqual([surface.base, 403]);
      expect(answer.text).not.toContain('userName');
    }
  });

  it.each([
    ['userName', 'other'],
    ['externalId', '1'],
    ['active', false],
    ['userType', 'Admin'],
    ['roles', [{ value: 'admin' }]],
    ['entitlements', [{ value: 'all' }]],
    [`${ENTERPRISE}:department`, 'Board'],
  ])('ME-06 SEC-11 does not change what the company says of him: %s', async (path, value) => {
    const { id, me } = await person();
    const refused = await me.patch('/Me', [
      { op: 'add', path: 'title', value: 'Dr' },
      { op: 'replace', path, value },
    ]);
    expectRefusal(refused, 403, undefined, new RegExp(path.split(':').at(0) ?? ''));
    expect((await service.get(`/Users/${id}`)).headers.etag).toBe('W/"1"');
  });

  it('ME-06 a PUT that leaves such an attribute out would clear it, and is refused', async () => {
    const { userName, me } = await person({ roles: [{ value: 'guide' }] });
    expectRefusal(await me.put('/Me', userBody({ userName })), 403, undefined, /roles/);
    expect(
      (await me.put('/Me', userBody({ userName, roles: [{ value: 'guide' }], title: 'x' }))).status,
    ).toBe(200);
  });

  it('ME-06 SEC-16 is closed while he is inactive, and open again when he is active', async () => {
    const { id, me } = await person();
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    expectRefusal(await me.get('/Me'), 403, undefined, /inactive/);
    expectRefusal(await me.delete('/Me'), 403);
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: true }]);
    expect((await me.get('/Me')).status).toBe(200);
  });

  it('shows the groups he is in, and its ETag tells when they change', async () => {
    const { id, me } = await person();
    const before = await me.get('/Me');
    const group = await createGroup(service, { members: [{ value: id }] });
    const after = await me.get('/Me', { 'If-None-Match': before.headers.etag ?? '' });
    expect([after.status, after.body.groups]).toMatchObject([200, [{ value: group.id }]]);
  });
});

describe('any other token', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS'])(
    'ME-01 ME-05 %s /Me is 501',
    async (method) => {
      const answer = await service.send({
        method,
        path: '/Me',
        headers: { authorization: `Bearer ${service.token}` },
      });
      expectRefusal(answer, 501);
    },
  );
});

describe('token issue --user', () => {
  it('takes userName in any case, or id, and shows whom the token stands for', async () => {
    const { id, userName } = await createUser(service, { userName: 'Ada.Lovelace@Example.org' });
    for (const named of [userName, userName.toUpperCase(), id] as string[]) {
      expect((await (await standingFor(named)).get('/Me')).body.id).toBe(id);
    }
    const { out } = await rollcall('token', 'issue', company.slug, '--user', id, '--read-only');
    expect(out).toMatch(new RegExp(`read only of user ${id} alone`));
    const listed = await rollcall('token', 'list', company.slug, '--json');
    const users = (JSON.parse(listed.out) as { user: string | null }[]).map(({ user }) => user);
    expect(users).toEqual(expect.arrayContaining([id, null]));
  });

  it('--read-only lets him look and not write', async () => {
    const { id } = await createUser(service);
    const me = await standingFor(id, '--read-only');
    expect((await me.get('/Me')).status).toBe(200);
    expectRefusal(
      await me.patch('/Me', [{ op: 'add', path: 'title', value: 'x' }]),
      403,
      undefined,
      /scim:write/,
    );
    expectRefusal(await me.delete('/Me'), 403);
  });

  it('refuses whom the company does not have', async () => {
    const foreign = await createUser(await (await application.company()).client());
    for (const named of ['nobody', NOBODY, foreign.id, foreign.userName, ''] as string[]) {
      const { code, out, error } = await rollcall('token', 'issue', company.slug, '--user', named);
      expect([code, out, error]).toEqual([1, '', expect.stringMatching(/no user/)]);
    }
  });
});
