import { Administration } from '../../../src/administration/administration.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type AdminAnswer } from '../../support/admin-client.js';
import { PlatformClient } from '../../support/platform-client.js';

let service: TestApplication;
let administration: Administration;

beforeAll(async () => {
  service = await startTestApplication({
    settings: { PLATFORM_RATE_LIMIT: '20', RATE_LIMIT: '20', RATE_BURST: '10', AUTH_FAILURE_LIMIT: '5' },
  });
  administration = await Administration.open(service.database.url);
  await service.company('acme');
});
afterAll(async () => {
  await administration.close();
  await service.close();
});

const issue = async (name: string): Promise<string> =>
  (await administration.platformCredentials.issue({ name, scopes: ['feed'], companies: null, expires: null }))
    .secret;

/** Sends several requests at once, again and again, until one comes too soon. */
async function refusedOf(client: PlatformClient, path: string): Promise<AdminAnswer> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.get(path)));
    const refused = answers.find(({ status }) => status === 429);
    if (refused) return refused;
  }
  throw new Error('nothing came too soon');
}

it('a platform credential has a rate of its own', async () => {
  const fast = new PlatformClient(service, `Bearer ${await issue('fast')}`);
  const { headers, body } = await refusedOf(fast, '/companies/acme');
  expect(headers).toMatchObject({
    'rollcall-reason': 'rate',
    'ratelimit-policy': '"default";q=20;w=1, "burst";q=10;w=10',
    'retry-after': expect.stringMatching(/^[1-9]\d*$/),
  });
  expect(body.detail).toMatch(/^rate: The credential sends too fast: it may send 20 a second/);
  const other = new PlatformClient(service, `Bearer ${await issue('other')}`);
  expect((await other.get('/companies/acme')).status).toBe(200);
});

it('what a company sends here and by SCIM is counted together', async () => {
  // A half of them is within the rate and burst of either; on a machine that stalls, so is the whole.
  for (let tries = 0; tries < 20; tries += 1) {
    const company = await service.company();
    const token = await company.token();
    const platform = new PlatformClient(service, `Bearer ${token}`);
    const scim = service.scim(token);
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => [
        platform.get(`/companies/${company.slug}`),
        scim.get('/Users'),
      ]).flat(),
    );
    if (answers.some(({ status }) => status === 429)) return;
  }
  throw new Error('nothing came too soon');
});

it('an address that sends invented credentials is put off, and a valid one is let in', async () => {
  const valid = new PlatformClient(service, `Bearer ${await issue('valid')}`);
  expect((await valid.get('/companies/acme')).status).toBe(200);
  const invented = new PlatformClient(service, `Bearer rollcall_platform_${'A'.repeat(43)}`);
  const answers: AdminAnswer[] = [];
  for (let sent = 0; sent < 6; sent += 1) answers.push(await invented.get('/companies/acme'));
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
  expect((await valid.get('/companies/acme')).status).toBe(200);
});
