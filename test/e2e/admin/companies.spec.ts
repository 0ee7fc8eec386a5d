import { ADMIN_TOKEN, type AdminAnswer, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { NEW_COMPANY_SETTINGS } from '../../support/new-company-settings.js';

let service: TestApplication;
let admin: AdminClient;

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN, RATE_LIMIT: '1000' } });
  admin = new AdminClient(service);
});
afterAll(() => service.close());

const expectProblem = ({ status, headers, body }: AdminAnswer, expected: number, detail: RegExp): void => {
  expect(body).toMatchObject({
    type: 'about:blank',
    status: expected,
    detail: expect.stringMatching(detail),
  });
  expect(status).toBe(expected);
  expect(headers['content-type']).toBe('application/problem+json');
  expect(headers['cache-control']).toBe('no-store');
};

describe('companies', () => {
  it('are created, shown and renamed', async () => {
    const created = await admin.post('/companies', { slug: 'acme', name: 'Acme Ünion' });
    expect(created.status).toBe(201);
    expect(created.headers.location).toBe(`${service.origin}/admin/v1/companies/acme`);
    expect(created.headers['cache-control']).toBe('no-store');
    expect(created.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      slug: 'acme',
      name: 'Acme Ünion',
      created: expect.stringMatching(/^\d{4}-.*Z$/),
      state: 'active',
      settings: NEW_COMPANY_SETTINGS,
      users: 0,
      groups: 0,
      suspended: null,
      pausedUntil: null,
      movedTo: null,
      deleteAfter: null,
      lastUsed: null,
      expiringCredentials: 0,
    });
    expect((await admin.get('/companies/acme')).body).toEqual(created.body);
    expect((await admin.get(`/companies/${created.body.id}`)).body).toEqual(created.body);
    const renamed = await admin.patch('/companies/acme', { name: 'Acme' });
    expect(renamed.body).toEqual({ ...created.body, name: 'Acme' });
    expect((await admin.post('/companies', { slug: 'plain' })).body).toMatchObject({ name: 'plain' });
  });

  it('are not created twice, nor under a name that is no slug', async () => {
    await admin.post('/companies', { slug: 'twice' });
    expectProblem(await admin.post('/companies', { slug: 'twice' }), 409, /Company twice exists already/);
    const wrong = await admin.post('/companies', { slug: 'No Slug', name: ' ', extra: 1 });
    expectProblem(wrong, 400, /slug is lower-case/);
    expect(wrong.body.errors).toEqual([
      { pointer: '#/extra', detail: 'extra is not known here' },
      { pointer: '#/slug', detail: expect.stringContaining('lower-case letters') },
      { pointer: '#/name', detail: expect.stringContaining('1 to 200 characters') },
    ]);
  });

  it('are listed in parts, with how they do', async () => {
    const names = ['list-a', 'list-b', 'list-c'];
    for (const name of names) await service.company(name);
    const { secret } = await service.tokens.issueToken('list-b', {
      name: 'soon',
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
      expires: new Date(Date.now() + 86_400_000),
    });
    await service.scim(secret).post('/Users', { userName: 'ada' });
    const listed: { slug: string }[] = [];
    for (let query = '?count=2'; query !== '';) {
      const { status, body } = await admin.get(`/companies${query}`);
      expect(status).toBe(200);
      expect(body.items.length).toBeLessThanOrEqual(2);
      listed.push(...body.items);
      query = body.next === null ? '' : `?count=2&cursor=${body.next}`;
    }
    const slugs = listed.map(({ slug }) => slug);
    expect(slugs).toEqual([...slugs].sort());
    expect(slugs).toEqual(expect.arrayContaining(names));
    expect(listed.find(({ slug }) => slug === 'list-b')).toMatchObject({ users: 1, expiringCredentials: 1 });
  });

  it('are found by a part of the slug or the name, page by page, with what their journals tell', async () => {
    await service.administration.createCompany('search-one', 'First %_ Company');
    await service.administration.createCompany('search-two', 'Second company');
    await service.administration.createCompany('other', 'SEARCH for me');
    const found = async (path: string): Promise<{ slugs: string[]; next: string | null }> => {
      const { status, body } = await admin.get(path);
      expect(status).toBe(200);
      return { slugs: body.items.map(({ slug }: { slug: string }) => slug), next: body.next };
    };
    for (const list of ['/companies', '/activity-summaries']) {
      const all = await found(`${list}?search=SEARCH`);
      expect(all).toEqual({ slugs: ['other', 'search-one', 'search-two'], next: null });
      const first = await found(`${list}?search=search&count=1`);
      expect(first.slugs).toEqual(['other']);
      const second = await found(`${list}?search=search&count=1&cursor=${first.next}`);
      expect(second.slugs).toEqual(['search-one']);
    }
    expect((await found(`/companies?search=${encodeURIComponent('%_')}`)).slugs).toEqual(['search-one']);
    expect((await found('/companies?search=nothing-of-it')).slugs).toEqual([]);
    const { secret } = (await admin.post('/admin-credentials', { name: 'x', scopes: ['admin:search-two'] }))
      .body;
    const own = new AdminClient(service, `Bearer ${secret}`);
    expect((await own.get('/companies?search=search')).body.items).toMatchObject([{ slug: 'search-two' }]);
    expectProblem(await admin.get('/companies?search='), 400, /search is a text of 1 to 200/);
  });

  it.each([
    ['count=0', 'count', /at least 1/],
    ['count=201', 'count', /at most 200/],
    ['count=x', 'count', /whole number/],
    ['cursor=', 'cursor', /next of an earlier answer/],
    ['cursor=AA', 'cursor', /next of an earlier answer/],
    ['cursor=%00', 'cursor', /next of an earlier answer/],
    ['offset=1', 'offset', /not known here/],
  ])('are not listed by ?%s', async (query, parameter, detail) => {
    const refused = await admin.get(`/companies?${query}`);
    expectProblem(refused, 400, detail);
    expect(refused.body.errors).toEqual([{ parameter, detail: expect.stringMatching(detail) }]);
  });

  it.each(['nobody', 'No Slug', '0000000000000fff', '%00', '%F0%9F%98%80', 'x'.repeat(300)])(
    'are not found by %s',
    async (named) => {
      expectProblem(await admin.get(`/companies/${named}`), 404, /There is no company/);
      expectProblem(await admin.post(`/companies/${named}/suspend`), 404, /There is no company/);
    },
  );
});

describe('settings', () => {
  it('are changed by who knows them', async () => {
    await service.company('set');
    const shown = await admin.get('/companies/set/settings');
    const { etag } = shown.headers;
    expect(etag).toMatch(/^"[\w-]+"$/);
    const change = { unknownMembers: 'ignore' };
    expectProblem(await admin.patch('/companies/set/settings', change), 428, /If-Match/);
    const stale = { 'If-Match': '"other"' };
    expectProblem(await admin.patch('/companies/set/settings', change, stale), 412, /changed meanwhile/);
    expect((await admin.get('/companies/set/settings')).body).toEqual(shown.body);
    const changed = await admin.patch('/companies/set/settings', change, { 'If-Match': etag });
    expect(changed.body).toEqual({ ...shown.body, unknownMembers: 'ignore' });
    expect(changed.headers.etag).not.toBe(etag);
    expectProblem(await admin.patch('/companies/set/settings', change, { 'If-Match': etag }), 412, /ETag/);
    expect((await admin.get('/companies/set/settings')).headers.etag).toBe(changed.headers.etag);
  });

  it('of one tag are changed by one of several who send it at once', async () => {
    await service.company('raced');
    const { etag } = (await admin.get('/companies/raced/settings')).headers;
    const changes = Array.from({ length: 6 }, () =>
      admin.patch('/companies/raced/settings', { duplicateGroupNames: true }, { 'If-Match': etag }),
    );
    const statuses = (await Promise.all(changes)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 412, 412, 412, 412, 412]);
  });

  it('are not made unique while values clash', async () => {
    const client = await (await service.company('clash')).client();
    for (const userName of ['ada', 'bob']) await client.post('/Users', { userName, externalId: 'e1' });
    const change = { uniqueExternalId: true };
    const refused = await admin.patch('/companies/clash/settings', change, { 'If-Match': '*' });
    expectProblem(refused, 409, /"e1" \(ada, bob\)/);
    await service.company('unclashed');
    const { body } = await admin.patch('/companies/unclashed/settings', change, { 'If-Match': '*' });
    expect(body).toMatchObject({ uniqueExternalId: true });
  });

  it('have no rate of their own where null is said', async () => {
    await service.company('rated');
    const path = '/companies/rated/settings';
    for (const rateLimit of [200, null]) {
      const changed = await admin.patch(path, { rateLimit }, { 'If-Match': '*' });
      expect(changed).toMatchObject({ status: 200, body: { rateLimit } });
    }
  });

  it('let a company administrator lower the rate, and nobody but an operator raise it', async () => {
    await service.company('paced');
    const path = '/companies/paced/settings';
    const { body } = await admin.post('/admin-credentials', { name: 'of paced', scopes: ['admin:paced'] });
    const administrator = new AdminClient(service, `Bearer ${body.secret}`);
    const set = (client: AdminClient, rateLimit: number | null): Promise<AdminAnswer> =>
      client.patch(path, { rateLimit, journalValues: true }, { 'If-Match': '*' });
    for (const rateLimit of [1, 1000, null]) expect((await set(administrator, rateLimit)).status).toBe(200);
    expectProblem(await set(administrator, 1001), 403, /Nobody but an operator/);
    expect((await admin.get(path)).body).toMatchObject({ rateLimit: null });
    expect((await set(admin, 1001)).status).toBe(200);
  });

  it.each([
    [{ unknownMembers: 'drop' }, /reject or ignore/],
    [{ duplicateGroupNames: 'yes' }, /true or false/],
    [{ name: 'x' }, /not known here/],
    [{ uniqueExternalId: null }, /true or false/],
    [{ journalRetentionDays: null }, /whole number/],
  ])('are not %j', async (change, detail) => {
    await service.company().catch(() => undefined);
    expectProblem(await admin.patch('/companies/set/settings', change, { 'If-Match': '*' }), 400, detail);
  });
});

describe('the life of a company', () => {
  it('is suspended and resumed, and the answer says what the provider makes of it', async () => {
    const client = await (await service.company('halted')).client();
    const suspended = await admin.post('/companies/halted/suspend');
    expect(suspended).toMatchObject({ status: 200, body: { state: 'suspended' } });
    expect(suspended.body.notice).toContain('Restart provisioning');
    expect((await client.get('/Users')).status).toBe(403);
    expect((await admin.post('/companies/halted/pause', {})).status).toBe(409);
    expect((await admin.post('/companies/halted/resume')).body).toMatchObject({
      state: 'active',
      suspended: null,
    });
    expect((await client.get('/Users')).status).toBe(200);
  });

  it('is paused for four hours, or as long as is said', async () => {
    const client = await (await service.company('paused')).client();
    const before = Date.now();
    const { body } = await admin.post('/companies/paused/pause');
    expect(body).toMatchObject({ state: 'paused', notice: expect.stringContaining('gives up') });
    const hours = (Date.parse(body.pausedUntil as string) - before) / 3_600_000;
    expect(hours).toBeGreaterThan(3.9);
    expect(hours).toBeLessThan(4.1);
    expect((await client.post('/Users', { userName: 'ada' })).status).toBe(429);
    const longer = await admin.post('/companies/paused/pause', { minutes: 1440 });
    expect(Date.parse(longer.body.pausedUntil as string)).toBeGreaterThan(
      Date.parse(body.pausedUntil as string),
    );
    for (const minutes of [0, 1441, 1.5, '60']) {
      expectProblem(await admin.post('/companies/paused/pause', { minutes }), 400, /minutes is/);
    }
    expect((await admin.post('/companies/paused/unpause')).body).toMatchObject({
      state: 'active',
      pausedUntil: null,
      movedTo: null,
    });
    expect((await client.post('/Users', { userName: 'ada' })).status).toBe(201);
  });

  it('ends with a grace, in which it is brought back', async () => {
    await service.company('ended');
    const deleted = await admin.delete('/companies/ended?graceDays=7');
    expect(deleted.body).toMatchObject({ state: 'deleted', deleteAfter: expect.any(String) });
    for (const call of ['suspend', 'resume', 'pause', 'unpause']) {
      expectProblem(await admin.post(`/companies/ended/${call}`), 409, /bring it back first\.$/);
    }
    expectProblem(await admin.post('/companies', { slug: 'ended' }), 409, /not removed yet\.$/);
    expect((await admin.post('/companies/ended/undelete')).body).toMatchObject({ state: 'active' });
    expectProblem(await admin.post('/companies/ended/undelete'), 409, /was not deleted/);
    expect((await admin.delete('/companies/ended?graceDays=0')).body).toMatchObject({ state: 'removable' });
    expectProblem(await admin.post('/companies/ended/undelete'), 409, /grace is over/);
    expectProblem(await admin.delete('/companies/ended?graceDays=-1'), 400, /at least 0/);
  });
});

describe('what is no call of the admin API', () => {
  it('is 404 with what was meant, or 405 with what is offered', async () => {
    for (const slip of ['/companys', '/company', '/compnaies']) {
      expectProblem(await admin.get(slip), 404, /Did you mean \/companies\?/);
    }
    expectProblem(await admin.get(''), 404, /There is nothing at GET/);
    const wrong = await admin.send('PUT', '/companies/acme');
    expectProblem(wrong, 405, /PUT is not offered here/);
    expect(wrong.headers.allow).toBe('GET, HEAD, PATCH, DELETE, OPTIONS');
    expect((await admin.send('OPTIONS', '/companies')).headers.allow).toBe('GET, HEAD, POST, OPTIONS');
    expect((await admin.send('HEAD', '/companies')).status).toBe(200);
  });

  it.each([
    ['no JSON', '{', 'application/json', 400, /not valid JSON/],
    ['an array', '[]', 'application/json', 400, /an array; a JSON object is expected/],
    ['a name twice', '{"slug":"a","slug":"b"}', 'application/json', 400, /twice|slug/],
    ['U+0000', '{"slug":"a","name":"\\u0000"}', 'application/json', 400, /U\+0000/],
    ['another type', 'slug=a', 'application/x-www-form-urlencoded', 415, /application\/json/],
    ['too much', ' '.repeat(1_100_000), 'application/json', 413, /over the limit of 1048576 bytes/],
  ])('is refused where its body is %s', async (_what, body, type, status, detail) => {
    const sent = Buffer.from(body);
    expectProblem(await admin.post('/companies', sent, { 'Content-Type': type }), status, detail);
  });
});
