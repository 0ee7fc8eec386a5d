import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { basic, makeClient, postForm, type TestClient, type TokenAnswer } from '../support/token-client.js';

const GRANT = { grant_type: 'client_credentials' };
const MOST = 4;
const lines: string[] = [];

let service: TestApplication;
let client: TestClient;
let other: TestClient;

beforeAll(async () => {
  service = await startTestApplication({
    settings: { ADMIN_TOKEN, AUTH_FAILURE_LIMIT: String(MOST), TRUST_PROXY: 'true', LOG_LEVEL: 'info' },
    log: (line) => lines.push(line),
  });
  await service.company('acme');
  client = await makeClient(service.clients, 'acme');
  other = await makeClient(service.clients, 'acme', { name: 'Okta' });
});
afterAll(() => service.close());

const ask = (from: string, secret = client.secret, id = client.id): Promise<TokenAnswer> =>
  postForm(`${service.origin}/oauth/token`, GRANT, {
    authorization: basic(id, secret),
    'x-forwarded-for': from,
  });

async function fail(from: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let sent = 0; sent < times; sent += 1) statuses.push((await ask(from, `wrong-${sent}`)).status);
  return statuses;
}

it('too many failures from one address are refused for a while, whichever client they name', async () => {
  expect(await fail('203.0.113.1', MOST + 2)).toEqual([401, 401, 401, 401, 429, 429]);
  const unused = await makeClient(service.clients, 'acme', { name: 'unused' });
  const refused = await ask('203.0.113.1', unused.secret, unused.id);
  expect(refused.status).toBe(429);
  expect(refused.body).toMatchObject({
    error: 'temporarily_unavailable',
    error_description: expect.stringMatching(/^rate: .* 4 a minute are answered/) as unknown,
  });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect(refused.headers.get('rollcall-reason')).toBe('rate');
  expect(refused.headers.get('ratelimit-policy')).toBe('"authentication";q=4;w=60');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
    expect.objectContaining({ operation: 'token', status: 429, reason: 'rate' }),
  );
  expect(refused.headers.get('www-authenticate')).toBeNull();
});

it('they lock no client out: from other addresses it gets its tokens', async () => {
  await fail('203.0.113.2', MOST + 1);
  expect((await ask('203.0.113.3')).status).toBe(200);
});

it.each(['Basic', 'the form'])('who was let in with a secret in %s lately is let in again', async (way) => {
  const from = way === 'Basic' ? '203.0.113.6' : '203.0.113.7';
  const send = ({ id, secret }: TestClient): Promise<TokenAnswer> =>
    way === 'Basic'
      ? ask(from, secret, id)
      : postForm(
          `${service.origin}/oauth/token`,
          { ...GRANT, client_id: id, client_secret: secret },
          { 'x-forwarded-for': from },
        );
  const late = await makeClient(service.clients, 'acme', { name: way });
  expect((await send(other)).status).toBe(200);
  await fail(from, MOST + 1);
  expect((await send(other)).status).toBe(200);
  expect((await send(late)).status).toBe(429);
});

it('they are counted with those of the surfaces and of the admin API', async () => {
  const from = '203.0.113.8';
  const headers = { 'X-Forwarded-For': from };
  expect(await fail(from, MOST - 2)).toEqual([401, 401]);
  const stranger = new AdminClient(service, 'Bearer wrong');
  expect((await service.scim('wrong').get('/Users', headers)).status).toBe(401);
  expect((await stranger.get('/companies', headers)).status).toBe(401);
  expect(await fail(from, 1)).toEqual([429]);
  expect((await service.scim('wrong').get('/Users', headers)).status).toBe(429);
  expect((await stranger.get('/companies', headers)).status).toBe(429);
});

it('nobody can fail in the name of another address', async () => {
  expect((await fail('203.0.113.4, 198.51.100.9', MOST + 1)).at(-1)).toBe(429);
  expect((await ask('203.0.113.4')).status).toBe(200);
});

it('the addresses of one network of IPv6 are one', async () => {
  const statuses: number[] = [];
  for (let host = 0; host <= MOST; host += 1) statuses.push(...(await fail(`2001:db8:1:2::${host + 1}`, 1)));
  expect(statuses).toEqual([401, 401, 401, 401, 429]);
  expect((await ask('2001:db8:1:3::1')).status).toBe(200);
});

it('requests that succeed, and those that are malformed, are no failures', async () => {
  const from = '203.0.113.5';
  for (let sent = 0; sent < 2 * MOST; sent += 1) {
    expect((await ask(from)).status).toBe(200);
    const malformed = await postForm(`${service.origin}/oauth/token`, {}, { 'x-forwarded-for': from });
    expect(malformed.status).toBe(400);
  }
});
