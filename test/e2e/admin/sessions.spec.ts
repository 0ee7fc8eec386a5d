import axios from 'axios';
import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { ConsoleClient } from '../../support/console-client.js';

const lines: string[] = [];
let service: TestApplication;
let admin: AdminClient;
beforeAll(async () => {
  service = await startTestApplication({
    settings: { ADMIN_TOKEN, LOG_LEVEL: 'debug' },
    log: (line) => void lines.push(line),
  });
  admin = new AdminClient(service);
});
afterAll(() => service.close());

/** Changes what is kept of sessions, as time does. */
async function change(statement: string): Promise<void> {
  await (await service.database.superuser()).query(statement);
}

async function setupLink(
  company: string,
  name = 'Acme, IT',
): Promise<{ id: string; token: string; url: string }> {
  const { status, body } = await admin.post(`/companies/${company}/setup-links`, { name });
  expect(status).toBe(201);
  const { id, url } = body as { id: string; url: string };
  return { id, url, token: new URL(url).hash.slice('#link='.length) };
}

async function issued(...scopes: string[]): Promise<{ id: string; secret: string }> {
  const { body } = await admin.post('/admin-credentials', { name: 'by credential', scopes });
  return body as { id: string; secret: string };
}

it('a session is begun by ADMIN_TOKEN, kept in a cookie that no script reads, listed, and ended', async () => {
  const browser = new ConsoleClient(service);
  const { status, body, headers } = await browser.signIn();
  expect([status, body]).toMatchObject([201, { name: 'ADMIN_TOKEN', roles: ['operator'], current: true }]);
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(
      /^rollcall-session=rollcall_session_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    ),
  ]);
  expect(JSON.stringify(body)).not.toContain('rollcall_session_');
  expect(await browser.send('GET', '/self')).toMatchObject({ status: 200, body: { id: 'admin-token' } });
  const { body: list } = await browser.send('GET', '/sessions');
  expect(list.items).toContainEqual(expect.objectContaining({ id: body.id, current: true }));
  const ended = await browser.send('DELETE', '/sessions/current');
  expect([ended.status, ended.headers['set-cookie']]).toEqual([
    204,
    [expect.stringMatching(/^rollcall-session=; Max-Age=0;/)],
  ]);
});

it('a session tells of its own end, and others of theirs to those who may end them', async () => {
  const browser = new ConsoleClient(service);
  const { body } = await browser.signIn();
  await change(
    `UPDATE console_sessions SET created = now() - interval '7 days' + interval '5 minutes' WHERE id = ${body.id}`,
  );
  const { status, body: shown } = await browser.send('GET', '/sessions/current');
  expect([status, shown]).toMatchObject([200, { id: body.id, current: true }]);
  expect(Date.parse(shown.expires) - Date.now()).toBeLessThan(5 * 60_000);
  expect(await admin.get(`/sessions/${body.id}`)).toMatchObject({ status: 200, body: { current: false } });
  expect((await admin.get('/sessions/current')).status).toBe(404);
  const { secret } = await issued('admin:read');
  const reader = new ConsoleClient(service);
  await reader.signIn(secret);
  expect((await reader.send('GET', `/sessions/${body.id}`)).status).toBe(404);
});

it('an ended session opens nothing, with the cookie that it had', async () => {
  const browser = new ConsoleClient(service);
  const { body } = await browser.signIn();
  const kept = browser.from({ Origin: service.origin, 'X-Rollcall-Console': '1' });
  expect((await admin.delete(`/sessions/${body.id}`)).status).toBe(204);
  expect((await kept.send('GET', '/self')).status).toBe(401);
  expect((await admin.delete(`/sessions/${body.id}`)).status).toBe(404);
});

it('over https the cookie is Secure and of this host alone; over http to another machine there is no session', async () => {
  const host = new URL(service.origin).host;
  const secure = new ConsoleClient(service, { Origin: `https://${host}`, 'X-Rollcall-Console': '1' });
  expect((await secure.signIn()).headers['set-cookie']).toEqual([
    expect.stringMatching(/^__Host-rollcall-session=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/),
  ]);
  expect((await secure.send('GET', '/self')).status).toBe(200);
  const remote = { Origin: 'http://scim.example.com', Host: 'scim.example.com', 'X-Rollcall-Console': '1' };
  const refused = await new ConsoleClient(service, remote).signIn();
  expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining('https') } });
  expect(refused.headers['set-cookie']).toBeUndefined();
});

describe('SEC-02 a session opens nothing', () => {
  let browser: ConsoleClient;
  beforeAll(async () => {
    browser = new ConsoleClient(service);
    await browser.signIn();
  });

  it.each<[string, (origin: string) => Record<string, string>, number, number]>([
    ['without the header of the console', (origin) => ({ Origin: origin }), 401, 401],
    [
      'from a page of another site',
      () => ({ Origin: 'https://evil.example', 'X-Rollcall-Console': '1' }),
      403,
      403,
    ],
    ['from a page of no site', () => ({ Origin: 'null', 'X-Rollcall-Console': '1' }), 403, 403],
    ['from another port', () => ({ Origin: 'http://127.0.0.1:1', 'X-Rollcall-Console': '1' }), 403, 403],
    ['for a change without an Origin', () => ({ 'X-Rollcall-Console': '1' }), 200, 403],
  ])('%s', async (_what, page, read, write) => {
    const other = browser.from(page(service.origin));
    expect((await other.send('GET', '/companies')).status).toBe(read);
    const created = await other.send('POST', '/companies', { slug: 'forged' });
    expect(created.status).toBe(write);
    expect((await admin.get('/companies/forged')).status).toBe(404);
  });

  it.each(['/standard/scim/v2/Users', '/platform/v1/changes', '/access/v1/search/subject'])(
    'outside the admin API: %s',
    async (path) => {
      const headers = { Cookie: browser.sentCookie, Origin: service.origin, 'X-Rollcall-Console': '1' };
      const { status } = await axios.get(service.origin + path, { headers, validateStatus: () => true });
      expect([401, 404, 405]).toContain(status);
    },
  );

  it('beside a credential that is wrong', async () => {
    const Authorization = `Bearer rollcall_admin_${'A'.repeat(43)}`;
    expect((await browser.send('GET', '/self', undefined, { Authorization })).status).toBe(401);
  });
});

it('a call to a host that is none is refused, and no failure of the server', async () => {
  for (const Host of ['scim.example.com:99999', '999.1.1.1', '[1:2]']) {
    const page = { Origin: 'http://scim.example.com', Host, 'X-Rollcall-Console': '1' };
    const browser = new ConsoleClient(service, page);
    expect([Host, (await browser.signIn()).status]).toEqual([Host, 400]);
    const Cookie = `rollcall-session=rollcall_session_${'A'.repeat(43)}`;
    expect([Host, (await browser.send('GET', '/self', undefined, { Cookie })).status]).toEqual([Host, 403]);
  }
});

it('a session begins on a page of this server alone', async () => {
  for (const page of [
    {},
    { Origin: service.origin },
    { Origin: 'https://evil.example', 'X-Rollcall-Console': '1' },
  ]) {
    const { status, headers } = await new ConsoleClient(service, page).signIn();
    expect([status, headers['set-cookie']]).toEqual([400, undefined]);
  }
});

it('a session ends 8 hours after its last call, and a week after it began', async () => {
  const idle = new ConsoleClient(service);
  const old = new ConsoleClient(service);
  const ids = [(await idle.signIn()).body.id, (await old.signIn()).body.id] as [string, string];
  await change(`UPDATE console_sessions SET last_used = now() - interval '7 h 59 min' WHERE id = ${ids[0]}`);
  expect((await idle.send('GET', '/self')).status).toBe(200);
  await change(`UPDATE console_sessions SET last_used = now() - interval '8 h 1 s' WHERE id = ${ids[0]}`);
  expect((await idle.send('GET', '/self')).status).toBe(401);
  await change(`UPDATE console_sessions SET created = now() - interval '7 d 1 s' WHERE id = ${ids[1]}`);
  expect((await old.send('GET', '/self')).status).toBe(401);
  const { body } = await admin.get('/sessions?count=200');
  expect((body.items as { id: string }[]).filter(({ id }) => ids.includes(id))).toEqual([]);
});

it('what a session may do is what its credential may, until that is revoked', async () => {
  await service.company('elm');
  const { id, secret } = await issued('admin:elm');
  const browser = new ConsoleClient(service);
  expect((await browser.signIn(secret)).body).toMatchObject({
    roles: ['companyAdministrator'],
    companies: [{ slug: 'elm' }],
  });
  expect((await browser.send('GET', '/companies/elm')).status).toBe(200);
  expect((await browser.send('POST', '/companies', { slug: 'oak' })).status).toBe(403);
  expect((await browser.send('GET', '/sessions')).body.items).toHaveLength(1);
  await admin.post(`/admin-credentials/${id}/revoke`);
  expect((await browser.send('GET', '/companies/elm')).status).toBe(401);
});

it('a session of another ADMIN_TOKEN opens nothing', async () => {
  const browser = new ConsoleClient(service);
  const { body } = await browser.signIn();
  await change(`UPDATE console_sessions SET admin_token_hash = sha256('another') WHERE id = ${body.id}`);
  expect((await browser.send('GET', '/self')).status).toBe(401);
});

describe('a set-up link', () => {
  beforeAll(async () => {
    await service.company('acme');
    await service.company('birch');
  });

  it('makes somebody an administrator of its company, once', async () => {
    const { token, url, id } = await setupLink('acme');
    expect(url).toBe(`${service.origin}/console/sign-in#link=${token}`);
    const browser = new ConsoleClient(service);
    expect((await browser.signIn(token)).body).toMatchObject({
      name: 'Acme, IT',
      roles: ['companyAdministrator'],
      companies: [{ slug: 'acme' }],
    });
    expect((await browser.send('GET', '/companies')).body.items).toMatchObject([{ slug: 'acme' }]);
    expect((await new ConsoleClient(service).signIn(token)).status).toBe(401);
    const { body } = await browser.send('GET', '/companies/acme/setup-links');
    expect(body.items).toContainEqual(expect.objectContaining({ id, used: expect.any(String) }));
  });

  it('used by many at once begins one session', async () => {
    const { token } = await setupLink('acme');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => new ConsoleClient(service).signIn(token)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(401)]);
  });

  it('is no credential of anything else', async () => {
    const { token } = await setupLink('acme');
    const client = new AdminClient(service, `Bearer ${token}`);
    for (const path of ['/self', '/sessions', '/companies', '/companies/acme']) {
      expect([path, (await client.get(path)).status]).toEqual([path, 401]);
    }
  });

  it('TEN-02 shows nothing of another company, nor lets anybody in there', async () => {
    const { token, id } = await setupLink('birch');
    const browser = new ConsoleClient(service);
    await browser.signIn((await setupLink('acme')).token);
    expect((await browser.send('GET', '/companies/birch/setup-links')).status).toBe(404);
    expect((await browser.send('POST', '/companies/birch/setup-links', { name: 'me' })).status).toBe(404);
    expect((await browser.send('DELETE', `/companies/birch/setup-links/${id}`)).status).toBe(404);
    expect((await browser.send('DELETE', `/companies/acme/setup-links/${id}`)).status).toBe(404);
    const neighbour = new ConsoleClient(service);
    const { body } = await neighbour.signIn(token);
    expect((await browser.send('DELETE', `/sessions/${body.id}`)).status).toBe(404);
    expect((await neighbour.send('GET', '/companies/birch')).status).toBe(200);
  });

  it('that was revoked lets nobody in, and ends the session that it began', async () => {
    const waiting = await setupLink('acme');
    const used = await setupLink('acme');
    const browser = new ConsoleClient(service);
    await browser.signIn(used.token);
    for (const { id } of [waiting, used]) {
      expect((await admin.delete(`/companies/acme/setup-links/${id}`)).body.revoked).toEqual(
        expect.any(String),
      );
    }
    expect((await new ConsoleClient(service).signIn(waiting.token)).status).toBe(401);
    expect((await browser.send('GET', '/companies/acme')).status).toBe(401);
  });

  it('expires after a day', async () => {
    const { token, id } = await setupLink('acme');
    await change(`UPDATE console_links SET expires = now() WHERE id = ${id}`);
    expect((await new ConsoleClient(service).signIn(token)).status).toBe(401);
  });

  it('is one of 20 that may wait', async () => {
    await service.company('cedar');
    for (let made = 0; made < 20; made += 1) await setupLink('cedar');
    expect(await admin.post('/companies/cedar/setup-links', { name: 'one more' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('revoke one') },
    });
  });
});

it('neither log nor journal holds a secret, and the journal says by whom something was changed', async () => {
  await service.company('maple');
  const { token } = await setupLink('maple', 'Maple, IT');
  const browser = new ConsoleClient(service);
  await browser.signIn(token);
  await browser.send('PATCH', '/companies/maple', { name: 'Maple Ltd' });
  const { body } = await admin.get('/companies/maple/activity?count=200');
  const told = JSON.stringify(body);
  expect(told).toContain('Maple, IT');
  expect(body.items).toContainEqual(expect.objectContaining({ operation: 'credential.issued' }));
  for (const text of [told, lines.join('\n')]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain('rollcall_session_');
    expect(text).not.toContain(browser.sentCookie.split('=')[1]);
  }
});
