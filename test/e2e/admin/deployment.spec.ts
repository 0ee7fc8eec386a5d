import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { type Check } from '../../../src/administration/doctor/check.js';
import { testConnection } from '../../../src/administration/deployment/connection-test.js';
import { SETTINGS, type ServiceSettings } from '../../../src/config/settings.js';
import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { LOCALHOST } from '../../support/localhost-certificate.js';

/** What stands at PUBLIC_URL: by default a proxy that passes requests on. */
type Front = (incoming: IncomingMessage, answer: ServerResponse) => void;

let target = '';
const passOn: Front = (incoming, answer) => {
  const { method, headers, url } = incoming;
  const outgoing = request(`${target}${url}`, { method: method ?? 'GET', headers }, (from) => {
    answer.writeHead(from.statusCode ?? 502, from.headers);
    from.pipe(answer);
  });
  incoming.pipe(outgoing);
};

let front: Front = passOn;
const serve: Front = (incoming, answer) => front(incoming, answer);
const servers: Server[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Values that no bundle may hold: of people, of companies, of what opens them, and of the machine. */
const PERSONAL = {
  slug: 'willow-and-sons',
  companyName: 'Willow & Sons',
  userName: 'ada.lovelace@willow.example',
  familyName: 'Lovelace',
  phone: '+44 20 7946 0958',
  externalId: 'hr-4711-ada',
  group: 'Analytical Engines',
  credential: 'Token of Grace Hopper',
  webhook: 'Hook of Alan Turing',
  webhookUrl: 'https://localhost/for-alan-turing',
  userAgent: 'grace.hopper@willow.example/1.0',
  proxyPassword: 'proxy-password-of-alan',
  dataDir: '/tmp/home-of-ada',
};

let service: TestApplication;
let admin: AdminClient;
let scimToken: string;

beforeAll(async () => {
  const port = await listen(createServer(serve));
  service = await startTestApplication({
    settings: {
      ADMIN_TOKEN,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      WEBHOOK_HOSTS: 'localhost',
      WEBHOOK_PROXY: `http://alan:${PERSONAL.proxyPassword}@127.0.0.1:1`,
      DATA_DIR: PERSONAL.dataDir,
    },
  });
  target = service.origin;
  admin = new AdminClient(service);
});
afterEach(() => {
  front = passOn;
});
afterAll(async () => {
  await service.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function found(): Promise<Readonly<Record<string, Check>>> {
  const { status, body } = await admin.post('/connection-test');
  expect(status).toBe(200);
  return byName(body.checks as Check[]);
}

const byName = (checks: readonly Check[]): Readonly<Record<string, Check>> =>
  Object.fromEntries(checks.map((check) => [check.name, check]));

const statuses = (checks: Readonly<Record<string, Check>>): object =>
  Object.fromEntries(Object.entries(checks).map(([name, { status }]) => [name, status]));

describe('the connection test', () => {
  it('finds that PUBLIC_URL leads to this deployment, and that the internet does not reach it', async () => {
    const checks = await found();
    expect(statuses(checks)).toEqual({
      Name: 'warn',
      PUBLIC_URL: 'ok',
      'Date header': 'ok',
      Deployment: 'ok',
      'SCIM path': 'ok',
      Clock: 'ok',
    });
    expect(checks['Name']).toMatchObject({
      found: '127.0.0.1 is 127.0.0.1, which the internet does not reach',
      advice: expect.stringContaining('public address'),
    });
  });

  it('tells another service from this one', async () => {
    front = (_incoming, answer) => answer.setHeader('content-type', 'text/html').end('<p>Sign in');
    const checks = await found();
    expect(checks['PUBLIC_URL']).toMatchObject({ status: 'ok' });
    expect(checks['Deployment']).toMatchObject({
      status: 'fail',
      found: 'what answers is not this deployment (200 text/html)',
    });
    expect(checks['SCIM path']).toMatchObject({ status: 'fail' });
  });

  it('tells another deployment of Rollcall from this one', async () => {
    const other = await startTestApplication({ settings: { ADMIN_TOKEN } });
    try {
      target = other.origin;
      expect(statuses(await found())).toMatchObject({
        PUBLIC_URL: 'ok',
        Deployment: 'fail',
        'SCIM path': 'ok',
      });
    } finally {
      target = service.origin;
      await other.close();
    }
  });

  it('follows no redirect, and shows where it leads without its query', async () => {
    let calls = 0;
    front = (_incoming, answer) => {
      calls += 1;
      answer.writeHead(302, { location: 'https://login.example/sign-in?state=secret' }).end();
    };
    const checks = await found();
    expect(checks['PUBLIC_URL']).toMatchObject({
      status: 'fail',
      found: expect.stringMatching(/\(302\): https:\/\/login\.example\/sign-in$/),
    });
    expect(calls).toBe(1);
  });

  it('says that nothing answers, within its time', async () => {
    front = (incoming) => incoming.socket.destroy();
    expect((await found())['PUBLIC_URL']).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('does not answer: ECONNRESET'),
    });
  });

  it('sees a proxy whose clock is wrong, and one that answers with an error', async () => {
    front = (_incoming, answer) => answer.setHeader('date', 'Mon, 30 Nov 2020 00:00:00 GMT').end('{}');
    expect((await found())['Date header']).toMatchObject({ status: 'warn' });
    front = (_incoming, answer) => answer.writeHead(502).end();
    expect((await found())['PUBLIC_URL']).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('502'),
    });
  });

  it('judges the certificate: its name, its authority and its end', async () => {
    const port = await listen(createTlsServer(LOCALHOST, serve));
    const settings = service.app.get<ServiceSettings>(SETTINGS);
    const clock = (): Promise<Check> =>
      Promise.resolve({ name: 'Clock', status: 'ok', found: '', advice: null });
    const test = async (publicUrl: string): Promise<Readonly<Record<string, Check>>> =>
      byName(await testConnection({ ...settings, publicUrl }, clock));
    const checks = await test(`https://localhost:${port}`);
    expect(statuses(checks)).toMatchObject({ PUBLIC_URL: 'ok', Certificate: 'fail', Deployment: 'ok' });
    expect(checks['Certificate']?.found).toMatch(
      /^localhost, by localhost, 1 in the chain, ends in \d+ days \(2126-11-05\): it is signed by itself$/,
    );
    expect(statuses(await test('https://localhost:1'))).toEqual({
      Name: 'warn',
      PUBLIC_URL: 'fail',
      Clock: 'ok',
    });
    expect(statuses(await test('https://name.invalid'))).toMatchObject({ Name: 'fail', PUBLIC_URL: 'fail' });
    const unset = byName(await testConnection({ ...settings, publicUrl: undefined }, clock));
    expect(unset['PUBLIC_URL']).toMatchObject({ status: 'fail', found: expect.stringContaining('not set') });
  });

  it('is one at a time, whoever asks', async () => {
    let calls = 0;
    front = (incoming, answer) => {
      calls += 1;
      passOn(incoming, answer);
    };
    const all = await Promise.all(Array.from({ length: 5 }, () => admin.post('/connection-test')));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(calls).toBeLessThanOrEqual(6);
  });
});

it('a deployment proves itself for a nonce, and refuses what is none', async () => {
  const prove = async (query: string): Promise<{ status: number; body: { proof?: string } }> => {
    const answer = await fetch(`${service.origin}/health/proof${query}`);
    return { status: answer.status, body: (await answer.json()) as { proof?: string } };
  };
  const [one, same, other] = await Promise.all(
    ['a', 'a', 'b'].map((each) => prove(`?nonce=${each.repeat(24)}`)),
  );
  expect(one).toMatchObject({ status: 200, body: { proof: expect.stringMatching(/^[\w-]{43}$/) } });
  expect(same).toEqual(one);
  expect(other?.body.proof).not.toBe(one?.body.proof);
  for (const query of ['', '?nonce=', '?nonce=short', `?nonce=${'a'.repeat(65)}`, '?nonce=a&nonce=b']) {
    expect((await prove(query)).status).toBe(400);
  }
});

describe('the support bundle', () => {
  it('has what helps, and no value of people, companies and secrets', async () => {
    await fillCompany();
    const { status, headers, body } = await admin.get('/support-bundle');
    expect(status).toBe(200);
    expect(headers['content-disposition']).toMatch(
      /^attachment; filename="?rollcall-support-\d{4}-\d\d-\d\d\.json"?$/,
    );
    const company = await service.administration.showCompany(PERSONAL.slug);
    expect(body.companies).toContainEqual(
      expect.objectContaining({
        id: company.id,
        state: 'active',
        users: 1,
        groups: 1,
        refusals: expect.arrayContaining([
          expect.objectContaining({
            surface: 'standard',
            client: null,
            operation: 'create',
            scimType: 'uniqueness',
            status: 409,
            count: 1,
          }),
        ]),
      }),
    );
    expect(body).toMatchObject({
      companyCount: 1,
      settings: {
        adminToken: 'set',
        webhookProxy: 'set',
        dataDir: 'set',
        publicUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        rateLimit: 1_000_000,
      },
      database: { settings: { server_version: expect.any(String) } },
    });
    expect(body.checks).toContainEqual({ name: 'Migrations', status: 'ok', found: 'none is pending' });
    expect(body.database.migrations).toContain('WebhookFormats1777000000001');
    const text = JSON.stringify(body).toLowerCase();
    const settings = service.app.get<ServiceSettings>(SETTINGS);
    const passwords = [settings.databaseUrl, service.database.url, settings.ownerUrl].flatMap((url) => {
      const password = url === undefined ? '' : new URL(url).password;
      return password === '' ? [] : [password];
    });
    const secrets = [ADMIN_TOKEN, scimToken, settings.secretKey, ...settings.secretsKeys, ...passwords];
    const held = [...Object.values(PERSONAL), ...secrets].filter((value) =>
      text.includes(value.toLowerCase()),
    );
    expect(held).toEqual([]);
  });

  /** A company with a person, and with everything that has a name. */
  async function fillCompany(): Promise<void> {
    const { slug, companyName: name, credential, userName, familyName, phone, externalId } = PERSONAL;
    await service.administration.createCompany(slug, name);
    const issued = await service.tokens.issueToken(slug, {
      name: credential,
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
      expires: new Date(Date.now() + 86_400_000),
    });
    scimToken = issued.secret;
    const send = (path: string, body: object): Promise<Response> =>
      fetch(`${service.base}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${scimToken}`,
          'content-type': 'application/scim+json',
          'user-agent': PERSONAL.userAgent,
        },
        body: JSON.stringify(body),
      });
    const user = {
      userName,
      externalId,
      name: { familyName },
      phoneNumbers: [{ value: phone, type: 'work' }],
    };
    const { id } = (await (await send('/Users', user)).json()) as { id: string };
    expect((await send('/Users', user)).status).toBe(409);
    await send('/Groups', { displayName: PERSONAL.group, members: [{ value: id }] });
    const { webhook, webhookUrl: url } = PERSONAL;
    expect((await admin.post(`/companies/${slug}/webhooks`, { name: webhook, url })).status).toBe(201);
    // The journal is written behind the answers.
    await expect
      .poll(async () => (await admin.get(`/companies/${slug}/activity?outcome=refused`)).body.items.length)
      .toBe(1);
  }
});
