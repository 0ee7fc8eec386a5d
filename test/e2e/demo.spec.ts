import { createServer, request as openRequest, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { runCommand, type CommandOutcome } from '../support/command-line.js';

const LIMIT = 120_000;

interface Played {
  readonly company: string | null;
  readonly kept: boolean;
  readonly report: {
    readonly groups: readonly { readonly displayName: string; readonly members: number }[];
    readonly active: number;
    readonly inactive: number;
    readonly requests: number;
    readonly differences: readonly {
      readonly step: string;
      readonly request: string;
      readonly expected: string;
      readonly received: string;
    }[];
  };
}

/** What a proxy answers itself; undefined: it passes the request on. */
type Intervention = (request: IncomingMessage, body: string) => { status: number; body?: string } | undefined;

/** Stands between the demo and the service, on loopback. */
async function startProxy(origin: string, intervene: Intervention): Promise<Server> {
  const { hostname, port } = new URL(origin);
  const proxy = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const own = intervene(incoming, body.toString('utf8'));
      if (own !== undefined) {
        outgoing.writeHead(own.status, { 'Content-Type': 'application/scim+json' }).end(own.body);
        return;
      }
      const { method, url, headers } = incoming;
      const passed = openRequest({ hostname, port, method, path: url, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      passed.end(body);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return proxy;
}

describe('the demo', () => {
  let application: TestApplication;

  const demo = (...args: string[]): Promise<CommandOutcome> =>
    runCommand({ DATABASE_URL: application.database.url }, 'demo', ...args);

  const slugs = async (): Promise<readonly string[]> =>
    (await application.administration.listCompanies()).map(({ slug }) => slug);

  const demoThrough = async (intervene: Intervention): Promise<CommandOutcome> => {
    const proxy = await startProxy(application.origin, intervene);
    try {
      return await demo('--url', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, '--json');
    } finally {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    }
  };

  beforeAll(async () => {
    application = await startTestApplication();
  });

  afterAll(() => application.close());

  it(
    'ends clean on a server of its own, with nothing set in the environment',
    async () => {
      const { code, out, error } = await runCommand({}, 'demo');
      expect({ code, error }).toEqual({ code: 0, error: '' });
      expect(out).toMatch(/│ All Staff +│ 194 +│/);
      expect(out).toMatch(/│ Users, active +│ 233 +│/);
      expect(out).toMatch(/│ Users, inactive +│ 13 +│/);
      expect(out).toMatch(/│ A follower has +│ 246 users, 25 groups, \d+ memberships +│/);
      expect(out).toMatch(/│ A bad sync +│ deleted 24 users, and was held by the guard +│/);
      expect(out).toMatch(/│ A restore +│ brought back 24 users, \d+ memberships +│/);
      expect(out).toMatch(/│ Differences +│ 0 +│/);
      expect(out).toMatch(
        /What the journal tells of it:\n {2}command line created the company [^]*\n {2}Entra ID created 200 users\n[^]*\n {2}Okta deleted group Catalogue: Old\n[^]*so its removals are held\n[^]* {2}command line restored 24 users\n[^]*\n {2}parts of \d+ requests of Entra ID were ignored\n/,
      );
    },
    LIMIT,
  );

  it(
    'ends clean on a running server, in a company that is removed afterwards',
    async () => {
      const before = await slugs();
      const { code, out } = await demo('--url', application.origin, '--json');
      const { company, kept, report } = JSON.parse(out) as Played;
      expect({ code, kept, differences: report.differences }).toEqual({
        code: 0,
        kept: false,
        differences: [],
      });
      expect(company).toMatch(/^demo-[0-9a-f]+$/);
      expect(report.requests).toBeGreaterThan(800);
      expect(report).toMatchObject({ active: 233, inactive: 13 });
      expect(report.groups).toHaveLength(25);
      expect(await slugs()).toEqual(before);
    },
    LIMIT,
  );

  it(
    'keeps the company where it is asked to',
    async () => {
      const { code, out } = await demo('--url', `${application.base}/`, '--keep', '--json');
      const { company, kept } = JSON.parse(out) as Played;
      expect({ code, kept }).toEqual({ code: 0, kept: true });
      expect(await application.administration.showCompany(company!)).toMatchObject({
        users: 246,
        groups: 25,
      });
    },
    LIMIT,
  );

  it(
    'plays with a token of an empty company, and empties it; another one it leaves alone',
    async () => {
      const company = await application.company('lent');
      const token = await company.token();
      const { code, out } = await demo('--url', application.origin, '--token', token, '--json');
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({
        company: null,
        kept: false,
        report: { differences: [] },
        story: null,
      });
      expect(await application.administration.showCompany('lent')).toMatchObject({ users: 0, groups: 0 });

      await application.scim(token).post('/Users', { userName: 'ada' });
      expect(await demo('--url', application.origin, '--token', token)).toEqual({
        code: 1,
        out: '',
        error: expect.stringMatching(/^The company of this token is not empty[^\n]+$/),
      });
      expect(await application.administration.showCompany('lent')).toMatchObject({ users: 1 });
    },
    LIMIT,
  );

  it(
    'fails where member removals are answered and not done, and names what is still there',
    async () => {
      let dropped = 0;
      const outcome = await demoThrough(({ method, url }, body) => {
        const removes = method === 'PATCH' && url?.includes('/Groups/') && /"op":"remove"/i.test(body);
        if (!removes) return undefined;
        dropped += 1;
        return { status: 204 };
      });
      expect(dropped).toBeGreaterThan(10);
      expect(outcome).toMatchObject({ code: 1, error: '' });
      const { differences } = (JSON.parse(outcome.out) as Played).report;
      expect(differences).toContainEqual({
        step: 'Read-back: groups',
        request: '',
        expected: 'Engineering: 94 members',
        received: expect.stringMatching(/^still or wrongly there: \["[0-9a-f]{16}"(,"[0-9a-f]{16}"){4}\]$/),
      });
    },
    LIMIT,
  );

  it(
    'fails where answers have another status or form than the clients need',
    async () => {
      let users = 0;
      const outcome = await demoThrough(({ method, url }, body) => {
        if (method === 'DELETE') return { status: 200, body: '{}' };
        if (method !== 'POST' || !url?.endsWith('/Users') || !body.includes('okta-put')) return undefined;
        users += 1;
        return users === 1 ? { status: 201 } : undefined;
      });
      expect(outcome.code).toBe(1);
      const { differences } = (JSON.parse(outcome.out) as Played).report;
      expect(differences).toContainEqual({
        step: 'Entra ID: delete user',
        request: expect.stringMatching(/^DELETE \/Users\//),
        expected: 'status 204',
        received: '200 {}',
      });
      expect(differences).toContainEqual({
        step: 'Okta: assign user',
        request: 'POST /Users',
        expected: 'an id',
        received: 'nothing',
      });
      expect(differences).toContainEqual({
        step: 'Okta: update group (PUT)',
        request: '',
        expected: expect.stringMatching(/^the id of ada\.nguyen\.1@okta-put\.example$/),
        received: 'none, so this could not be sent',
      });
    },
    LIMIT,
  );

  it('tells in one line that the server is away or does not know the token', async () => {
    expect(await demo('--url', 'http://127.0.0.1:9')).toEqual({
      code: 1,
      out: '',
      error: expect.stringMatching(
        /^GET http:\/\/127\.0\.0\.1:9\/standard\/scim\/v2\/Users\S+ was not answered: [^\n]+$/,
      ),
    });
    const token = `rollcall_${'x'.repeat(43)}`;
    const refused = await demo('--url', application.origin, '--token', token);
    expect(refused).toEqual({ code: 1, out: '', error: expect.stringContaining('refuses the token (401)') });
    expect(refused.error).not.toContain(token);
  });
});
