import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { RequestJournal } from '../../src/scim/request-journal.js';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { JwtIssuer } from '../support/jwt-issuer.js';
import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const RATE = 20;
const BURST = 10;
const MOST_REQUESTS = 4;
const MOST_FAILURES = 3;

/** Where each surface is, for a company. */
const MOUNTS: Readonly<Record<string, (slug: string) => string>> = {
  standard: () => '/standard/scim/v2',
  paradigm: () => '/scim/v2',
  scaikey: (slug) => `/api/v1/tenants/${slug}/scim/v2`,
  strongdm: () => '/provisioning/generic/v2',
  oud: () => '/iam/directory/oud/scim/v1',
};

let application: TestApplication;
const lines: string[] = [];

beforeAll(async () => {
  application = await startTestApplication({
    settings: {
      ...{ RATE_LIMIT: String(RATE), RATE_BURST: String(BURST), COMPANY_REQUESTS: String(MOST_REQUESTS) },
      ...{ MAX_PAGE_SIZE: '2', MAX_FILTER_LENGTH: '100', MAX_FILTER_TOKENS: '10' },
      ...{ AUTH_FAILURE_LIMIT: String(MOST_FAILURES), TRUST_PROXY: 'true', LOG_LEVEL: 'info', ADMIN_TOKEN },
    },
    log: (line) => lines.push(line),
  });
});
afterAll(() => application.close());

const statusesOf = (answers: readonly ScimAnswer[]): number[] => [
  ...new Set(answers.map(({ status }) => status)),
];

/** A client of a company of its own. */
async function client(rateLimit?: number): Promise<ScimClient> {
  const company = await application.company();
  if (rateLimit !== undefined) await application.administration.setCompany(company.slug, { rateLimit });
  return company.client();
}

/** Sends as many requests at once as a company may, again and again, until one comes too soon. */
async function refusedOf(send: () => Promise<ScimAnswer>): Promise<ScimAnswer> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answers = await Promise.all(Array.from({ length: MOST_REQUESTS }, send));
    const refused = answers.find(({ status }) => status === 429);
    if (refused) return refused;
  }
  throw new Error('nothing came too soon');
}

describe('the rate of a company', () => {
  it('is told on each answer in the fields of draft-ietf-httpapi-ratelimit-headers-10', async () => {
    const { status, headers } = await (await client()).get('/Users');
    expect(status).toBe(200);
    expect(headers['ratelimit-policy']).toBe(`"default";q=${RATE};w=1, "burst";q=${BURST};w=10`);
    expect(headers['ratelimit']).toBe(`"default";r=${RATE - 1};t=1`);
    expect(headers['rollcall-reason']).toBeUndefined();
  });

  it.each(Object.entries(MOUNTS))('is refused beyond with 429 in the form of %s', async (_, mount) => {
    const company = await application.company();
    await application.administration.setCompany(company.slug, { rateLimit: 2 });
    const base = `${application.origin}${mount(company.slug)}`;
    const slow = application.scim(await company.token(), base);
    const { headers, body } = await refusedOf(() => slow.get('/Groups'));
    expect(headers).toMatchObject({
      'retry-after': expect.stringMatching(/^[1-9]\d*$/) as unknown,
      'rollcall-reason': 'rate',
      'ratelimit-policy': '"default";q=2;w=1, "burst";q=1;w=10',
      ratelimit: expect.stringMatching(/^"default";r=0;t=\d+$/) as unknown,
    });
    expect((body as { detail: string }).detail).toMatch(
      /^rate: .*send 2 a second, and 1 more in ten seconds/,
    );
    expect(String((body as { status: unknown }).status)).toBe('429');
  });

  it('concerns the company that floods, and nobody beside it', async () => {
    const flooder = await client(1);
    const others = await Promise.all(Array.from({ length: 10 }, () => client()));
    let running = true;
    const flood = async (): Promise<number[]> => {
      const statuses: number[] = [];
      while (running || !statuses.includes(429)) statuses.push((await flooder.get('/Users')).status);
      return statuses;
    };
    const flooding = Promise.all([flood(), flood(), flood()]);
    const steady = others.map(async (other) => {
      const statuses: number[] = [];
      while (statuses.length < 10) statuses.push((await other.get('/Users')).status);
      return statuses;
    });
    const served = (await Promise.all(steady)).flat();
    running = false;
    expect(new Set(served)).toEqual(new Set([200]));
    expect(new Set((await flooding).flat())).toEqual(new Set([200, 429]));
  });

  it('is its own where a signed token names the company, too', async () => {
    const { slug } = await application.company();
    await application.administration.setCompany(slug, { rateLimit: 7 });
    const idp = await JwtIssuer.start('https://idp.example/', 'RS256');
    await application.issuers.addIssuer(idp.registration('by claim', { claim: 'tenant_id' }, 'claim'));
    await application.issuers.addIssuer(idp.registration('of one company', { slug }, 'one'));
    for (const aud of ['claim', 'one']) {
      const client = application.scim(await idp.sign({ aud, tenant_id: slug }));
      expect((await client.get('/Schemas')).headers['ratelimit-policy']).toMatch(/^"default";q=7;w=1/);
    }
    await idp.close();
  });

  it('is judged before a body is read, and what it refuses leaves no trace', async () => {
    const slow = await client(1);
    let made = 0;
    const create = (): Promise<ScimAnswer> =>
      slow.post('/Users', { schemas: [USER], userName: `user-${(made += 1)}` });
    let refusals = 0;
    await refusedOf(async () => {
      const answer = await create();
      if (answer.status === 429) refusals += 1;
      return answer;
    });
    expect(await totalOf(slow)).toBe(made - refusals);
    expect(await refusedWithoutBody(slow)).toMatch(/^HTTP\/1\.1 429 [^]*\r\nRollcall-Reason: rate\r\n/);
  });

  it('is told by one entry of the journal for many requests, and soon lets in again', async () => {
    const company = await application.company();
    const { slug } = company;
    await application.administration.setCompany(slug, { rateLimit: 2 });
    const fast = await company.client();
    const begun = performance.now();
    let [refused, status] = [0, 0];
    // Each second lets some in, whatever was refused before.
    while (refused <= 20 || status !== 200) {
      ({ status } = await fast.get('/Users'));
      if (status === 429) refused += 1;
    }
    // Those of a second are written together.
    const most = Math.ceil((performance.now() - begun) / 1000) + 1;
    await application.app.get(RequestJournal).flush();
    const { body } = await new AdminClient(application).get(`/companies/${slug}/activity?outcome=refused`);
    const { items } = body as { items: { status: number; detail: { message: string; repeats?: number } }[] };
    expect(items.length).toBeLessThanOrEqual(most);
    expect(items.reduce((sum, { detail: { repeats = 1 } }) => sum + repeats, 0)).toBe(refused);
    for (const item of items) {
      expect(item.status).toBe(429);
      expect(item.detail.message).toMatch(/^rate: /);
    }
  });

  it('is in the log of what it refuses', () => {
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged).toContainEqual(
      expect.objectContaining({ status: 429, outcome: 'refused', reason: 'rate', operation: 'create' }),
    );
  });
});

/** How many users there are, once a request is answered. */
async function totalOf(slow: ScimClient): Promise<number> {
  for (;;) {
    const { status, body } = await slow.get('/Users');
    if (status === 200) return (body as { totalResults: number }).totalResults;
    await sleep(100);
  }
}

/** The answer to the head of a request whose body never comes, of a company that has used up its rate. */
async function refusedWithoutBody(slow: ScimClient): Promise<string> {
  const { hostname, port, pathname } = new URL(slow.base);
  for (let tries = 0; tries < 50; tries += 1) {
    await refusedOf(() => slow.get('/Users'));
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${pathname}/Users HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${slow.token}\r\n` +
        'Content-Type: application/scim+json\r\nContent-Length: 100000\r\n\r\n',
    );
    // Where a new second has just begun, the server waits for the body.
    const answer = await Promise.race([once(socket, 'data'), sleep(500)]);
    socket.destroy();
    if (answer) return String(answer[0]);
  }
  throw new Error('it was never refused');
}

it('as many requests of a company are under way as may be, and no more', async () => {
  const [busy, other] = [await client(1000), await client()];
  const admin = new pg.Client(application.database.adminUrl);
  await admin.connect();
  await admin.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
  try {
    const answers = Promise.all(Array.from({ length: MOST_REQUESTS }, () => busy.get('/Users')));
    while ((await waitingSessions(admin)) < MOST_REQUESTS) await sleep(20);
    const refused = await busy.get('/Users');
    expect(refused.headers).toMatchObject({ 'retry-after': '1', 'rollcall-reason': 'busy' });
    expect(refused.headers['ratelimit']).toBeUndefined();
    expect(refused.body).toMatchObject({
      status: '503',
      detail: expect.stringMatching(/^busy: .* 4 requests/) as unknown,
    });
    expect((await other.get('/Schemas')).status).toBe(200);
    await admin.query('ROLLBACK');
    expect(statusesOf(await answers)).toEqual([200]);
    expect((await busy.get('/Users')).status).toBe(200);
  } finally {
    await admin.end();
  }
});

/** How many sessions wait for a lock. */
async function waitingSessions(admin: pg.Client): Promise<number> {
  await admin.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await admin.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}

describe('requests without a valid token', () => {
  let known: string;
  let unused: string;
  beforeAll(async () => {
    const company = await application.company();
    [known, unused] = [await company.token(), await company.token()];
  });

  const from = (address: string, token: string): Promise<ScimAnswer> =>
    application.scim(token).get('/Groups', { 'X-Forwarded-For': address });
  const wrong = (address: string): Promise<ScimAnswer> => from(address, 'wrong');

  it('SEC-10 are answered with 401 as often as may be in a minute, and with 429 then', async () => {
    expect((await from('192.0.2.1', known)).status).toBe(200);
    for (let sent = 0; sent < MOST_FAILURES; sent += 1) expect((await wrong('192.0.2.1')).status).toBe(401);
    const { status, headers, body } = await wrong('192.0.2.1');
    expect(status).toBe(429);
    expect(headers).toMatchObject({
      'retry-after': expect.stringMatching(/^[1-9]\d?$/) as unknown,
      'rollcall-reason': 'rate',
      'ratelimit-policy': `"authentication";q=${MOST_FAILURES};w=60`,
      ratelimit: expect.stringMatching(/^"authentication";r=0;t=[1-9]\d?$/) as unknown,
    });
    expect(body).toMatchObject({ status: '429', detail: expect.stringMatching(/^rate: /) as unknown });
  });

  it('do not lock out who shares the address and was let in before', async () => {
    expect((await from('192.0.2.1', known)).status).toBe(200);
    expect((await from('192.0.2.1', unused)).status).toBe(429);
  });

  it('are counted by the address that the proxy saw, whatever else a client says', async () => {
    expect((await from('192.0.2.2', unused)).status).toBe(200);
    expect((await wrong('198.51.100.7, 192.0.2.1')).status).toBe(429);
    expect((await wrong('192.0.2.1, 198.51.100.7')).status).toBe(401);
  });

  it('are counted and refused by the admin API, too', async () => {
    const headers = { 'X-Forwarded-For': '192.0.2.3' };
    const [admin, stranger] = [new AdminClient(application), new AdminClient(application, 'Bearer wrong')];
    expect((await admin.get('/companies')).status).toBe(200);
    for (let sent = 0; sent < MOST_FAILURES; sent += 1)
      expect((await stranger.get('/companies', headers)).status).toBe(401);
    const refused = await stranger.get('/companies', headers);
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': expect.stringMatching(/^[1-9]\d?$/) as unknown,
      'rollcall-reason': 'rate',
      'ratelimit-policy': `"authentication";q=${MOST_FAILURES};w=60`,
    });
    expect(refused.headers['www-authenticate']).toBeUndefined();
    expect(refused.body).toMatchObject({ detail: expect.stringMatching(/^rate: /) as unknown });
    expect((await admin.get('/companies', headers)).status).toBe(200);
  });

  it('are one client within a /64', async () => {
    for (let sent = 0; sent < MOST_FAILURES; sent += 1) await wrong(`2001:db8::${sent}`);
    expect((await wrong('2001:db8::ffff')).status).toBe(429);
    expect((await wrong('2001:db8:0:1::1')).status).toBe(401);
  });
});

describe('the size of what is asked', () => {
  it('is that of a page at most, on each surface, and is told', async () => {
    const company = await application.company();
    const standard = await company.client();
    for (const userName of ['a', 'b', 'c']) await standard.post('/Users', { schemas: [USER], userName });
    // OUD's document answers a list as a whole.
    for (const surface of ['standard', 'paradigm', 'scaikey', 'strongdm']) {
      const base = `${application.origin}${MOUNTS[surface]?.(company.slug)}`;
      const client = application.scim(standard.token, base);
      for (const query of ['', '?count=3'])
        expect((await client.get(`/Users${query}`)).body).toMatchObject({ totalResults: 3, itemsPerPage: 2 });
      const { body } = await client.get('/ServiceProviderConfig');
      expect((body as { filter: { maxResults: number } }).filter.maxResults).toBe(2);
    }
  });

  it('is that of a filter at most', async () => {
    const { status, body } = await (await client()).get(`/Users?filter=${'x'.repeat(101)}`);
    expect([status, body]).toMatchObject([
      400,
      { scimType: 'invalidFilter', detail: 'column 101: expected at most 100 characters, found more' },
    ]);
    const eleven = encodeURIComponent('(((((a pr)))))');
    expect((await (await client()).get(`/Users?filter=${eleven}`)).body).toMatchObject({
      detail: expect.stringContaining('expected at most 10 words and brackets') as unknown,
    });
  });
});
