import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import pg from 'pg';
import { ExpiryWarnings } from '../../src/access/expiry-warnings.js';
import { type OauthClient } from '../../src/administration/oauth-client.js';
import { OauthClientsStore } from '../../src/oauth/oauth-clients.store.js';
import { UnavailableError } from '../../src/protocol/error/unavailable.error.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import {
  basic,
  DAY_MS,
  makeClient,
  postForm,
  type TestClient,
  type TokenAnswer,
} from '../support/token-client.js';

const GRANT = { grant_type: 'client_credentials' };
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let service: TestApplication;
let client: TestClient;
let admin: pg.Client;
let lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  service = await startTestApplication({
    settings: { LOG_LEVEL: 'info', CLIENT_TOKENS: '3' },
    log: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  await service.company('acme');
  await service.company('birch');
  client = await makeClient(service.clients, 'acme');
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await service.close();
});
beforeEach(() => {
  lines = [];
});
afterEach(() => vi.restoreAllMocks());

const post = (
  form: Readonly<Record<string, string>> | string,
  headers: Readonly<Record<string, string>> = {},
  path = '/oauth/token',
): Promise<TokenAnswer> => postForm(service.origin + path, form, headers);

const byBasic = ({ id, secret }: TestClient, path?: string): Promise<TokenAnswer> =>
  post(GRANT, { authorization: basic(id, secret) }, path);

async function tokenOf(of: TestClient, scope = ''): Promise<string> {
  const { body } = await post({ ...GRANT, scope }, { authorization: basic(of.id, of.secret) });
  return body['access_token'] as string;
}

const statusWith = async (token: string): Promise<number> => (await service.scim(token).get('/Users')).status;
const show = (of: TestClient): Promise<OauthClient> => service.clients.showClient('acme', of.id);

/** The last line of the log about a request for a token, when it was written. */
async function lineOfToken(): Promise<Record<string, unknown>> {
  for (let looks = 0; looks < 100; looks += 1) {
    const line = lines.findLast(({ operation }) => operation === 'token');
    if (line) return line;
    await sleep(20);
  }
  throw new Error('no line was written');
}

/** RFC 6749 §5.2: the form of a refusal, and which it is. */
function expectError(answer: TokenAnswer, status: number, error: string, description = /.{12,}/): void {
  expect([answer.status, answer.body['error']]).toEqual([status, error]);
  expect(answer.body['error_description']).toMatch(description);
  expect(answer.body['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(Object.keys(answer.body)).toEqual(['error', 'error_description']);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('pragma')).toBe('no-cache');
  expect(answer.headers.get('www-authenticate')).toBe(
    status === 401 ? 'Basic realm="Rollcall", charset="UTF-8"' : null,
  );
}

describe('a token', () => {
  it.each<[string, () => Promise<TokenAnswer>]>([
    ['Basic', () => byBasic(client)],
    [
      'Basic, and client_id in the form too',
      () => post({ ...GRANT, client_id: client.id }, { authorization: basic(client.id, client.secret) }),
    ],
    [
      'basic in lower case, with blanks',
      () =>
        post(GRANT, { authorization: ` ${basic(client.id, client.secret).replace('Basic ', 'basic   ')} ` }),
    ],
    [
      'Basic, percent-encoded as far as that goes',
      () =>
        post(GRANT, {
          authorization: `Basic ${Buffer.from([client.id, client.secret].map((text) => text.replaceAll(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)).join(':')).toString('base64')}`,
        }),
    ],
    ['the form', () => post({ ...GRANT, client_id: client.id, client_secret: client.secret })],
    [
      'the form, beside empty and unknown parameters',
      () =>
        post(
          `grant_type=client_credentials&client_id=${client.id}&client_secret=${client.secret}&client_assertion=&scope=&resource=a&resource=b`,
        ),
    ],
    ['the path of its company', () => byBasic(client, '/oauth/acme/token')],
    [
      'a charset beside the type of the form',
      () =>
        post(GRANT, {
          authorization: basic(client.id, client.secret),
          'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        }),
    ],
  ])('is issued by %s', async (_, request) => {
    const answer = await request();
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^rollcall_[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'scim:read scim:write',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(await statusWith(answer.body['access_token'] as string)).toBe(200);
  });

  it('opens the company of its client, in the dialect of its client, for an hour', async () => {
    const strict = await makeClient(service.clients, 'acme', { dialect: 'strict' });
    const own = service.scim(await tokenOf(strict));
    const made = await own.post('/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'of-a-client',
    });
    expect(made.status).toBe(201);
    expect((await own.get('/Users?Filter=userName')).status).toBe(400);
    const neighbour = await (await service.company()).client();
    expect((await neighbour.get('/Users')).body).toMatchObject({ totalResults: 0 });
    const token = await tokenOf(strict);
    await admin.query(
      "UPDATE access_tokens SET expires = expires - interval '3599 seconds' WHERE client_id = $1",
      [strict.id],
    );
    expect(await statusWith(token)).toBe(200);
    await admin.query(
      "UPDATE access_tokens SET expires = expires - interval '2 seconds' WHERE client_id = $1",
      [strict.id],
    );
    expect(await statusWith(token)).toBe(401);
  });

  it.each([
    ['', 'scim:read scim:write'],
    ['scim', 'scim:read scim:write'],
    ['scim.read', 'scim:read'],
    ['scim:read', 'scim:read'],
    ['scim.write', 'scim:write'],
    ['scim:write openid', 'scim:write'],
    ['scim.readwrite', 'scim:read scim:write'],
    ['https://scim.example.com/.default', 'scim:read scim:write'],
    ['constructor __proto__', 'scim:read scim:write'],
    [' scim:write  scim:read ', 'scim:read scim:write'],
  ])('for the scope %j is good for %j', async (scope, granted) => {
    const { body } = await post({ ...GRANT, scope }, { authorization: basic(client.id, client.secret) });
    expect(body['scope']).toBe(granted);
    const answer = await service.scim(body['access_token'] as string).post('/Users', { userName: scope });
    expect(answer.status === 403).toBe(!granted.includes('write'));
  });

  it('is never good for more than the client', async () => {
    const reader = await makeClient(service.clients, 'acme', { scopes: ['scim:read'] });
    const ask = (scope: string): Promise<TokenAnswer> =>
      post({ ...GRANT, scope }, { authorization: basic(reader.id, reader.secret) });
    expect((await ask('scim')).body['scope']).toBe('scim:read');
    expect((await ask('scim.readwrite')).body['scope']).toBe('scim:read');
    expectError(await ask('scim.write'), 400, 'invalid_scope', /it has scim:read/);
    expect(await service.scim(await tokenOf(reader)).post('/Users', { userName: 'x' })).toMatchObject({
      status: 403,
    });
  });
});

describe('a request that is refused', () => {
  const secretInForm = (): Record<string, string> => ({ client_id: client.id, client_secret: client.secret });
  const authorization = (): { authorization: string } => ({ authorization: basic(client.id, client.secret) });

  it.each<[string, string, number, () => Promise<TokenAnswer>]>([
    [
      'Basic and a secret in the form',
      'invalid_request',
      400,
      () => post({ ...GRANT, ...secretInForm() }, authorization()),
    ],
    [
      'Basic and an assertion',
      'invalid_request',
      400,
      () => post({ ...GRANT, client_assertion: 'a', client_assertion_type: JWT_BEARER }, authorization()),
    ],
    [
      'a secret and an assertion',
      'invalid_request',
      400,
      () => post({ ...GRANT, ...secretInForm(), client_assertion: 'a', client_assertion_type: JWT_BEARER }),
    ],
    [
      'a secret and the type of an assertion',
      'invalid_request',
      400,
      () => post({ ...GRANT, ...secretInForm(), client_assertion_type: JWT_BEARER }),
    ],
    [
      'two different ids',
      'invalid_request',
      400,
      () => post({ ...GRANT, client_id: 'another' }, authorization()),
    ],
    [
      'a parameter twice',
      'invalid_request',
      400,
      () => post('grant_type=client_credentials&grant_type=client_credentials', authorization()),
    ],
    [
      'an id twice',
      'invalid_request',
      400,
      () =>
        post(`grant_type=client_credentials&client_id=${client.id}&client_id=${client.id}&client_secret=x`),
    ],
    ['no grant type', 'invalid_request', 400, () => post({ scope: 'scim' }, authorization())],
    ['an empty body', 'invalid_request', 400, () => post('', authorization())],
    [
      'another grant type',
      'unsupported_grant_type',
      400,
      () => post({ grant_type: 'password' }, authorization()),
    ],
    [
      'JSON',
      'invalid_request',
      400,
      () => post(JSON.stringify({ ...GRANT, ...secretInForm() }), { 'content-type': 'application/json' }),
    ],
    [
      'no type of the body',
      'invalid_request',
      400,
      () => post('grant_type=client_credentials', { ...authorization(), 'content-type': '' }),
    ],
    ['what is no percent-encoding', 'invalid_request', 400, () => post('grant_type=%zz', authorization())],
    ['what is no UTF-8', 'invalid_request', 400, () => post('grant_type=%ff', authorization())],
    [
      'too large a form',
      'invalid_request',
      413,
      () => post(`grant_type=client_credentials&x=${'x'.repeat(17_000)}`, authorization()),
    ],
    ['too many fields', 'invalid_request', 413, () => post('a=1&'.repeat(60), authorization())],
    [
      'a secret without an id',
      'invalid_request',
      400,
      () => post({ ...GRANT, client_secret: client.secret }),
    ],
    [
      'an assertion without its type',
      'invalid_request',
      400,
      () => post({ ...GRANT, client_id: client.id, client_assertion: 'a' }),
    ],
    [
      'the type of an assertion without one',
      'invalid_request',
      400,
      () => post({ ...GRANT, client_id: client.id, client_assertion_type: JWT_BEARER }),
    ],
    [
      'another type of assertion',
      'invalid_client',
      401,
      () => post({ ...GRANT, client_id: client.id, client_assertion: 'a', client_assertion_type: 'saml2' }),
    ],
    ['no client', 'invalid_client', 401, () => post(GRANT)],
    ['an id alone', 'invalid_client', 401, () => post({ ...GRANT, client_id: client.id })],
    [
      'a bearer token',
      'invalid_client',
      401,
      () => post(GRANT, { authorization: `Bearer ${client.secret}` }),
    ],
    [
      'Basic without a colon',
      'invalid_client',
      401,
      () => post(GRANT, { authorization: `Basic ${Buffer.from(client.id).toString('base64')}` }),
    ],
    [
      'Basic with a broken encoding',
      'invalid_client',
      401,
      () => post(GRANT, { authorization: `Basic ${Buffer.from(`${client.id}:%zz`).toString('base64')}` }),
    ],
    [
      'a wrong secret by Basic',
      'invalid_client',
      401,
      () => post(GRANT, { authorization: basic(client.id, `${client.secret}x`) }),
    ],
    [
      'a wrong secret in the form',
      'invalid_client',
      401,
      () => post({ ...GRANT, client_id: client.id, client_secret: 'x' }),
    ],
    [
      'an unknown client',
      'invalid_client',
      401,
      () => post(GRANT, { authorization: basic(`client_${'a'.repeat(22)}`, client.secret) }),
    ],
    [
      'an id of another form, with a NUL',
      'invalid_client',
      401,
      () => post({ ...GRANT, client_id: 'a\u0000b', client_secret: client.secret }),
    ],
    [
      'a client of another company than the path names',
      'invalid_client',
      401,
      () => byBasic(client, '/oauth/birch/token'),
    ],
    [
      'a company in the path that is not there',
      'invalid_client',
      401,
      () => byBasic(client, '/oauth/nobody/token'),
    ],
  ])('has %s: %s', async (_, error, status, request) => {
    const before = (await admin.query('SELECT count(*) FROM access_tokens')).rows as unknown;
    expectError(await request(), status, error);
    expect((await admin.query('SELECT count(*) FROM access_tokens')).rows).toEqual(before);
  });

  it.each(['client_id', 'client_secret', 'client_assertion', 'grant_type', 'scope'])(
    'has %s in the query',
    async (name) => {
      const answer = await post(GRANT, authorization(), `/oauth/token?${name}=${client.secret}`);
      expectError(answer, 400, 'invalid_request', new RegExp(`^${name} stands in the query`));
    },
  );

  it('has another method than POST', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await fetch(`${service.origin}/oauth/token`, { method });
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'POST']);
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
    }
  });

  it('tells of no client whether it exists', async () => {
    const answers = [
      await post(GRANT, { authorization: basic(client.id, 'wrong') }),
      await post(GRANT, { authorization: basic(`client_${'a'.repeat(22)}`, 'wrong') }),
      await byBasic(client, '/oauth/birch/token'),
    ];
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('is 503 where the database does not answer, and 500 for a fault of the server, without a word of it', async () => {
    const store = service.app.get(OauthClientsStore);
    vi.spyOn(store, 'find').mockRejectedValueOnce(new UnavailableError('The database is away.', 7));
    const away = await byBasic(client);
    expectError(away, 503, 'temporarily_unavailable', /away/);
    expect(away.headers.get('retry-after')).toBe('7');
    vi.spyOn(store, 'find').mockRejectedValueOnce(new Error(`a secret: ${client.secret}`));
    const failed = await byBasic(client);
    expectError(failed, 500, 'server_error');
    expect(failed.text).not.toContain(client.secret);
  });
});

describe('the secret of a client', () => {
  it('is one of several in force', async () => {
    const of = await makeClient(service.clients, 'acme');
    const second = await service.clients.addSecret('acme', of.id, new Date(Date.now() + DAY_MS));
    for (const secret of [of.secret, second.secret])
      expect((await byBasic({ ...of, secret })).status).toBe(200);
  });

  it('ends at its time, and leaves the tokens that were issued by it to their own', async () => {
    const of = await makeClient(service.clients, 'acme');
    const token = await tokenOf(of);
    await admin.query('UPDATE oauth_client_secrets SET expires = now() WHERE id = $1', [of.secretId]);
    expectError(await byBasic(of), 401, 'invalid_client');
    expect(await lineOfToken()).toMatchObject({ reason: 'expired', since: expect.stringMatching(/^20/) });
    expect(await statusWith(token)).toBe(200);
  });

  it('takes its tokens along when it is revoked, and those of no other', async () => {
    const of = await makeClient(service.clients, 'acme');
    const other = await service.clients.addSecret('acme', of.id, new Date(Date.now() + DAY_MS));
    const [token, kept] = [await tokenOf(of), await tokenOf({ ...of, secret: other.secret })];
    await service.clients.revokeSecret('acme', of.id, of.secretId);
    expect(await Promise.all([token, kept].map(statusWith))).toEqual([401, 200]);
    expectError(await byBasic(of), 401, 'invalid_client');
    expect(await lineOfToken()).toMatchObject({ company: 'acme', credentialId: of.id, reason: 'revoked' });
  });

  it('is warned of from thirty days before its end on, once a day', async () => {
    const of = await makeClient(service.clients, 'acme', {
      secretExpires: new Date(Date.now() + 9.5 * DAY_MS),
    });
    await tokenOf(of);
    const warnings = service.app.get(ExpiryWarnings);
    await warnings.check();
    await warnings.check();
    const told = lines.filter(({ secretId }) => secretId === of.secretId);
    expect(told).toEqual([
      expect.objectContaining({
        ...{ level: 40, company: 'acme', credential: 'Entra ID', credentialId: of.id, daysLeft: 10 },
        lastUsed: expect.any(String),
        msg: expect.stringContaining(`npm run rollcall -- client secret rotate acme ${of.id}`),
      }),
    ]);
    expect(lines.filter(({ msg }) => String(msg).includes('a token expires soon'))).toEqual([]);
  });
});

describe('a client', () => {
  it('that is disabled gets no token, and what it has ends; enabled again it gets new ones', async () => {
    const of = await makeClient(service.clients, 'acme');
    const token = await tokenOf(of);
    await service.clients.disableClient('acme', of.id);
    expect(await statusWith(token)).toBe(401);
    expectError(await byBasic(of), 400, 'unauthorized_client', /disabled/);
    expectError(await byBasic({ ...of, secret: 'wrong' }), 401, 'invalid_client');
    await service.clients.enableClient('acme', of.id);
    expect(await statusWith(token)).toBe(401);
    expect(await statusWith(await tokenOf(of))).toBe(200);
  });

  it('that is removed takes everything along', async () => {
    const of = await makeClient(service.clients, 'acme');
    const token = await tokenOf(of);
    await service.clients.deleteClient('acme', of.id);
    expect(await statusWith(token)).toBe(401);
    expectError(await byBasic(of), 401, 'invalid_client');
  });

  it('of a suspended company is told so, and nobody else', async () => {
    const of = await makeClient(service.clients, 'birch');
    await service.lifecycle.suspendCompany('birch');
    expectError(await byBasic(of), 400, 'unauthorized_client', /suspended/);
    expectError(await byBasic({ ...of, secret: 'wrong' }), 401, 'invalid_client');
    expect((await byBasic(client)).status).toBe(200);
    await service.lifecycle.resumeCompany('birch');
    expect((await byBasic(of)).status).toBe(200);
  });

  it('that ends between the look at it and the issue gets nothing', async () => {
    const of = await makeClient(service.clients, 'acme');
    const store = service.app.get(OauthClientsStore);
    const find = store.find.bind(store);
    vi.spyOn(store, 'find').mockImplementationOnce(async (...args) => {
      const found = await find(...args);
      await service.clients.revokeSecret('acme', of.id, of.secretId);
      return found;
    });
    expectError(await byBasic(of), 401, 'invalid_client');
  });

  it('keeps as many tokens as it may, the newest', async () => {
    const of = await makeClient(service.clients, 'acme');
    const tokens: string[] = [];
    for (let issued = 0; issued < 5; issued += 1) tokens.push(await tokenOf(of));
    expect(await Promise.all(tokens.map(statusWith))).toEqual([401, 401, 200, 200, 200]);
  });

  it('keeps no more of them where two are issued at once', async () => {
    const of = await makeClient(service.clients, 'acme');
    for (let issued = 0; issued < 3; issued += 1) await tokenOf(of);
    const issue = "SELECT issue_client_token($1, $2, NULL, sha256($3), '{}', '1 hour', 3, NULL) AS issued";
    await admin.query('BEGIN');
    await admin.query(issue, [of.id, of.secretId, 'first']);
    const other = new pg.Client(service.database.adminUrl);
    await other.connect();
    const { rows: pids } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const second = other.query(issue, [of.id, of.secretId, 'second']);
    const isWaiting = 'SELECT 1 FROM pg_locks WHERE NOT granted AND pid = $1';
    while ((await admin.query(isWaiting, [pids[0]?.pid])).rowCount === 0) await sleep(10);
    await admin.query('COMMIT');
    expect((await second).rows).toEqual([{ issued: true }]);
    await other.end();
    const { rows } = await admin.query('SELECT count(*)::int AS n FROM access_tokens WHERE client_id = $1', [
      of.id,
    ]);
    expect(rows).toEqual([{ n: 3 }]);
  });

  it('leaves no expired token behind for longer than a day, whoever asks for the next', async () => {
    const of = await makeClient(service.clients, 'acme');
    await tokenOf(of);
    const count = async (): Promise<unknown> =>
      (await admin.query('SELECT count(*)::int AS n FROM access_tokens WHERE client_id = $1', [of.id])).rows;
    await admin.query("UPDATE access_tokens SET expires = now() - interval '23 hours' WHERE client_id = $1", [
      of.id,
    ]);
    await tokenOf(client);
    expect(await count()).toEqual([{ n: 1 }]);
    await admin.query("UPDATE access_tokens SET expires = now() - interval '25 hours' WHERE client_id = $1", [
      of.id,
    ]);
    await tokenOf(client);
    expect(await count()).toEqual([{ n: 0 }]);
  });

  it('has a last use, by its requests for tokens and by those with a token, as its secret has one', async () => {
    const of = await makeClient(service.clients, 'acme');
    const unused = await service.clients.addSecret('acme', of.id, new Date(Date.now() + DAY_MS));
    expect(await show(of)).toMatchObject({ lastUsed: null });
    const headers = { authorization: basic(of.id, of.secret), 'user-agent': 'first client\u00e9' };
    const { body } = await post(GRANT, headers);
    const used = await show(of);
    expect(used).toMatchObject({ lastUsed: expect.stringMatching(/^20/), userAgent: 'first client\u00e9' });
    expect(used.secrets).toMatchObject([
      { id: of.secretId, lastUsed: used.lastUsed, userAgent: 'first client\u00e9' },
      { id: unused.id, lastUsed: null, userAgent: null },
    ]);
    await post(GRANT, { ...headers, 'user-agent': 'second' });
    expect(await show(of)).toEqual(used);
    await admin.query(
      "UPDATE oauth_clients SET last_used = last_used - interval '61 seconds' WHERE id = $1",
      [of.id],
    );
    await service.scim().send({
      method: 'GET',
      path: '/Users',
      headers: { authorization: `Bearer ${body['access_token'] as string}`, 'user-agent': 'third' },
    });
    for (let looks = 0; looks < 100 && (await show(of)).userAgent !== 'third'; looks += 1) await sleep(50);
    expect(await show(of)).toMatchObject({ userAgent: 'third', secrets: used.secrets });
  });

  it('is named in the log, for tokens as for what is done with them', async () => {
    await byBasic(client);
    expect(await lineOfToken()).toMatchObject({
      level: 30,
      company: 'acme',
      credential: 'Entra ID',
      credentialId: client.id,
      method: 'POST',
      operation: 'token',
      status: 200,
      outcome: 'done',
      durationMs: expect.any(Number),
      msg: 'request answered',
    });
    lines = [];
    const token = await tokenOf(client);
    await service.scim(token).post('/Groups', { displayName: 'of a client' });
    await expect
      .poll(() => lines.find(({ operation }) => operation === 'create'))
      .toMatchObject({
        company: 'acme',
        credential: 'Entra ID',
        credentialId: client.id,
      });
    await admin.query('UPDATE access_tokens SET expires = now() WHERE client_id = $1', [client.id]);
    await statusWith(token);
    await expect
      .poll(() => lines.at(-1))
      .toMatchObject({
        credentialId: client.id,
        credential: 'Entra ID',
        reason: 'expired',
      });
  });
});
