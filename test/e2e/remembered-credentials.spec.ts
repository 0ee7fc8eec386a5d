import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { vi } from 'vitest';
import { createApplication } from '../../src/application.js';
import { SURFACES } from '../../src/app.module.js';
import { readSettings } from '../../src/config/read-settings.js';
import { createLogger } from '../../src/logging/logger.js';
import { TOKEN_PATH } from '../../src/oauth/paths.js';
import { withSecretKey } from '../../src/persistence/settings/with-secret-key.js';
import { CompanyTransaction } from '../../src/persistence/transaction/company-transaction.js';
import { closeApplication, startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimAnswer } from '../support/scim-client.js';
import { basic, makeClient, postForm } from '../support/token-client.js';

const ABSENT = '0000000000000001';

let service: TestApplication;
let neighbour: NestExpressApplication;
/** Two processes' worth of applications on one database. */
let origins: readonly string[];
const lines: string[] = [];

beforeAll(async () => {
  service = await startTestApplication({ settings: { LOG_LEVEL: 'info' }, log: (line) => lines.push(line) });
  const { url } = service.database;
  const environment = { DATABASE_URL: url, RATE_LIMIT: '1000000', AUTH_FAILURE_LIMIT: '1000000' };
  const settings = await withSecretKey(readSettings(environment), url);
  neighbour = await createApplication(settings, url, createLogger('silent'));
  await neighbour.listen(0, '127.0.0.1');
  const { port } = neighbour.getHttpServer().address() as AddressInfo;
  origins = [service.origin, `http://127.0.0.1:${port}`];
});
afterAll(async () => {
  await closeApplication(neighbour);
  await service.close();
});
afterEach(() => vi.restoreAllMocks());

/** A credential of a company of its own, and how it ends. */
interface Ending {
  readonly slug: string;
  readonly token: string;
  readonly end: () => Promise<unknown>;
}

async function withToken(end: (slug: string, id: string) => Promise<unknown>): Promise<Ending> {
  const { slug } = await service.company();
  const { id, secret: token } = await service.tokens.issueToken(slug, {
    name: 'Okta',
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    expires: null,
  });
  return { slug, token, end: () => end(slug, id) };
}

async function withClient(
  end: (slug: string, client: { readonly id: string; readonly secretId: string }) => Promise<unknown>,
): Promise<Ending> {
  const { slug } = await service.company();
  const client = await makeClient(service.clients, slug);
  const headers = { authorization: basic(client.id, client.secret) };
  const issued = await postForm(
    `${service.origin}${TOKEN_PATH}`,
    { grant_type: 'client_credentials' },
    headers,
  );
  return { slug, token: String(issued.body['access_token']), end: () => end(slug, client) };
}

/**
 * Each way in which a credential can end, and what reads and writes are answered from then on; undefined for what they
 * are answered in any case.
 */
const ENDINGS: readonly [
  name: string,
  make: () => Promise<Ending>,
  read: number | undefined,
  write: number,
][] = [
  ['a token is revoked', () => withToken((slug, id) => service.tokens.revokeToken(slug, id)), 401, 401],
  [
    'a token is renewed without an overlap',
    () => withToken((slug, id) => service.tokens.renewToken(slug, id, { expires: null, overlapDays: 0 })),
    401,
    401,
  ],
  ['its company is suspended', () => withToken((slug) => service.lifecycle.suspendCompany(slug)), 403, 403],
  ['its company is deleted', () => withToken((slug) => service.lifecycle.deleteCompany(slug, 30)), 403, 403],
  [
    'its company is removed',
    () =>
      withToken(async (slug) => {
        await service.lifecycle.deleteCompany(slug, 0);
        await service.purge.purgeCompany(slug);
      }),
    401,
    401,
  ],
  [
    'its company is paused',
    () => withToken((slug) => service.lifecycle.pauseCompany(slug, 30)),
    undefined,
    429,
  ],
  [
    'its client is disabled',
    () => withClient((slug, { id }) => service.clients.disableClient(slug, id)),
    401,
    401,
  ],
  [
    'its client is deleted',
    () => withClient((slug, { id }) => service.clients.deleteClient(slug, id)),
    401,
    401,
  ],
  [
    'the secret that it was issued by is revoked',
    () => withClient((slug, { id, secretId }) => service.clients.revokeSecret(slug, id, secretId)),
    401,
    401,
  ],
];

type Ask = (base: string, token: string) => Promise<ScimAnswer>;

/** Requests that end at different places: in a transaction, before one, and in guards. */
const REQUESTS: readonly [name: string, kind: 'read' | 'write', ask: Ask][] = [
  ['a list', 'read', (base, token) => service.scim(token, base).get('/Groups')],
  ['an id that can not be', 'read', (base, token) => service.scim(token, base).get('/Users/none')],
  ['a method that is not taken', 'write', (base, token) => service.scim(token, base).delete('/Users')],
  ['a deletion', 'write', (base, token) => service.scim(token, base).delete(`/Users/${ABSENT}`)],
  ['a body that can not be read', 'write', (base, token) => service.scim(token, base).post('/Users', [])],
  ['a group', 'write', (base, token) => service.scim(token, base).post('/Groups', { displayName: 'Sales' })],
];

const bases = (mount: string, slug: string): readonly string[] =>
  origins.map((origin) => `${origin}/${mount.replace(/:\w+/, slug)}`);

/** Makes all applications remember the credential. */
async function warm(mount: string, { slug, token }: Omit<Ending, 'end'>): Promise<void> {
  for (const base of bases(mount, slug))
    expect((await service.scim(token, base).get('/Users')).status).toBe(200);
}

describe.each(SURFACES.map(({ surface }) => [surface.name, surface] as const))('%s', (_name, surface) => {
  describe.each(ENDINGS)('when %s', (_ending, make, read, write) => {
    it.each(REQUESTS)('%s is refused at once, by all processes', async (_request, kind, ask) => {
      const { slug, token, end } = await make();
      await warm(surface.mount, { slug, token });
      const askAll = (): Promise<ScimAnswer[]> =>
        Promise.all(bases(surface.mount, slug).map((base) => ask(base, token)));
      const refused = kind === 'read' ? read : write;
      const before = refused === undefined ? await askAll() : [];
      await end();
      const answers = await askAll();
      const expected =
        refused === undefined ? before.map(({ status }) => status) : origins.map(() => refused);
      expect(answers.map(({ status }) => status)).toEqual(expected);
      for (const { status, headers } of answers) {
        if (status === 401) expect(headers['www-authenticate']).toContain('error="invalid_token"');
        if (status === 401) expect(headers).not.toHaveProperty('ratelimit');
      }
    });
  });
});

interface Expiring {
  readonly mount: string;
  readonly slug: string;
  readonly tokens: readonly { readonly ask: Ask; readonly token: string }[];
}

/** For each surface a company with a token for each request. All applications remember them, unless they expired before. */
async function rememberExpiring(expires: Date): Promise<readonly Expiring[]> {
  const issue = async (slug: string): Promise<string> => {
    const scopes = ['scim:read', 'scim:write'] as const;
    const token = { name: 'Okta', dialect: 'lenient', scopes, expires } as const;
    return (await service.tokens.issueToken(slug, token)).secret;
  };
  return Promise.all(
    SURFACES.map(async ({ surface: { mount } }) => {
      const { slug } = await service.company();
      const tokens = await Promise.all(
        REQUESTS.map(async ([, , ask]) => ({ ask, token: await issue(slug) })),
      );
      for (const { token } of tokens) {
        for (const base of bases(mount, slug)) {
          const { status } = await service.scim(token, base).get('/Users');
          if (Date.now() < expires.getTime()) expect(status).toBe(200);
        }
      }
      return { mount, slug, tokens };
    }),
  );
}

it('every surface refuses a token as soon as it has expired', { timeout: 120_000 }, async () => {
  let expires: Date;
  let asked: readonly Expiring[];
  let life = 8000;
  // Tokens that have expired before all of them were remembered are given up for some that live longer.
  do {
    expires = new Date(Date.now() + life);
    asked = await rememberExpiring(expires);
    life *= 2;
  } while (Date.now() >= expires.getTime());
  await sleep(expires.getTime() + 300 - Date.now());
  for (const { mount, slug, tokens } of asked)
    for (const { ask, token } of tokens)
      for (const base of bases(mount, slug)) expect((await ask(base, token)).status).toBe(401);
});

describe('a remembered credential', () => {
  const lookUps = (): { readonly calls: () => number } => {
    const spy = vi.spyOn(service.app.get(CompanyTransaction), 'runOutsideCompany');
    return { calls: () => spy.mock.calls.filter(([{ name }]) => name === 'find_token').length };
  };

  it('needs no look-up for what a transaction answers', async () => {
    const { slug, token, end } = await withToken((named) => service.lifecycle.suspendCompany(named));
    await warm('standard/scim/v2', { slug, token });
    const client = service.scim(token);
    const { calls } = lookUps();
    const { id } = (await client.post('/Groups', { displayName: 'Sales' })).body;
    expect((await client.get('/Groups')).status).toBe(200);
    expect((await client.get(`/Groups/${id}`)).status).toBe(200);
    expect((await client.get(`/Groups/${ABSENT}`)).status).toBe(404);
    expect((await client.delete(`/Groups/${id}`)).status).toBe(204);
    expect(calls()).toBe(0);
    expect((await client.get('/Schemas')).status).toBe(200);
    expect(calls()).toBe(1);
    await end();
    expect((await client.get('/Schemas')).status).toBe(403);
  });

  it('is changed with its company: what was asked for is done by the new settings', async () => {
    const { slug, token } = await withToken(() => Promise.resolve());
    await warm('standard/scim/v2', { slug, token });
    const client = service.scim(token);
    const group = { displayName: 'Sales', members: [{ value: ABSENT }] };
    expect((await client.post('/Groups', group)).status).toBe(400);
    await service.administration.setCompany(slug, { unknownMembers: 'ignore' });
    expect((await client.post('/Groups', group)).status).toBe(201);
    await service.lifecycle.pauseCompany(slug, 30);
    expect((await client.post('/Groups', { displayName: 'Other' })).status).toBe(429);
    await service.lifecycle.unpauseCompany(slug);
    expect((await client.post('/Groups', { displayName: 'Other' })).status).toBe(201);
  });

  it('is named in the log as what was refused, and not as who was served', async () => {
    const { slug, token, end } = await withToken((named, id) => service.tokens.revokeToken(named, id));
    await warm('standard/scim/v2', { slug, token });
    await end();
    lines.length = 0;
    expect((await service.scim(token).get('/Groups')).status).toBe(401);
    while (lines.length === 0) await sleep(10);
    expect(lines[0]).toContain('revoked');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ status: 401, outcome: 'refused', company: slug });
  });
});
