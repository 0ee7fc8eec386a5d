import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import { type NewFederatedCredential } from '../../src/administration/federated-credential.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { runCommand } from '../support/command-line.js';
import { type Claims, JwtIssuer, now } from '../support/jwt-issuer.js';
import { basic, makeClient, postForm, type TestClient, type TokenAnswer } from '../support/token-client.js';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const TENANT = '11111111-2222-3333-4444-555555555555';
const SUBJECT = '66666666-7777-8888-9999-000000000000';
const APP = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';
/** The shapes of `aud` that Entra ID is known to send. */
const AUDIENCES = [`api://${APP}`, `api://${APP}/.default`, APP, `api://${APP}/scim.example.com`];
const MINUTE = 60_000;

let service: TestApplication;
let entra: JwtIssuer;
let client: TestClient;
let federationId: string;
let lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  service = await startTestApplication({
    settings: { LOG_LEVEL: 'info' },
    log: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  await service.company('acme');
  await service.company('birch');
  entra = await JwtIssuer.start(
    `https://login.microsoftonline.com/${TENANT}/v2.0`,
    'RS256',
    'ES256',
    'EdDSA',
  );
  client = await makeClient(service.clients, 'acme', { secretExpires: null });
  ({ id: federationId } = await service.clients.addFederatedCredential('acme', client.id, ofEntra()));
});
afterAll(async () => {
  await entra.close();
  await service.close();
});
beforeEach(() => {
  lines = [];
});
afterEach(() => vi.restoreAllMocks());

const ofEntra = (idp = entra, audiences = AUDIENCES): NewFederatedCredential => ({
  assertedBy: { issuer: idp.iss, subject: SUBJECT, tenant: TENANT, audiences },
  keys: { url: idp.keysUrl },
});

const tailOf = async (...filter: string[]): Promise<string> =>
  (
    await runCommand(
      { DATABASE_URL: service.database.url },
      ...['activity', 'tail', 'acme', '--no-follow', ...filter],
    )
  ).out;

/** What Entra ID puts into an assertion, as far as it matters here. */
const sign = (claims: Claims = {}, header = {}, idp = entra): Promise<string> =>
  idp.sign({ sub: SUBJECT, tid: TENANT, aud: AUDIENCES[0], ...claims }, header);

const show = (assertion: string, clientId = client.id, path = '/oauth/token'): Promise<TokenAnswer> =>
  postForm(service.origin + path, {
    ...{ grant_type: 'client_credentials', client_id: clientId, scope: 'scim.readwrite' },
    ...{ client_assertion_type: JWT_BEARER, client_assertion: assertion },
  });

async function expectRefused(assertion: string, reason: RegExp, clientId?: string): Promise<object> {
  lines = [];
  const answer = await show(assertion, clientId);
  expect([answer.status, answer.body['error']]).toEqual([401, 'invalid_client']);
  for (let looks = 0; looks < 100 && lines.length === 0; looks += 1) await sleep(10);
  expect(lines).toEqual([expect.objectContaining({ status: 401, reason: expect.stringMatching(reason) })]);
  return lines[0] as object;
}

/** Moves the clock of the keys' ages on. */
function letPass(milliseconds: number): void {
  const later = performance.now() + milliseconds;
  const start = Date.now();
  vi.restoreAllMocks();
  vi.spyOn(performance, 'now').mockImplementation(() => later + Date.now() - start);
}

describe('an assertion of Entra ID', () => {
  it.each(AUDIENCES)('is good for a token with the audience %s', async (aud) => {
    const answer = await show(await sign({ aud }));
    expect(answer.body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'scim:read scim:write',
    });
    const scim = service.scim(answer.body['access_token'] as string);
    expect((await scim.get('/Users')).status).toBe(200);
  });

  it.each<[string, () => Claims, object]>([
    ['an audience among others', () => ({ aud: ['https://other.example/', AUDIENCES[2]] }), {}],
    [
      'other claims, as Entra ID sends them',
      () => ({ azp: SUBJECT, oid: SUBJECT, idtyp: 'app', ver: '2.0' }),
      { typ: 'JWT', x5t: 'abc' },
    ],
    ['ES256', () => ({}), { kid: 'ES256' }],
    ['the type of client assertions', () => ({}), { typ: 'client-authentication+jwt' }],
    ['an end half a minute ago', () => ({ exp: now() - 30 }), {}],
    ['a beginning in half a minute', () => ({ nbf: now() + 30 }), {}],
    ['an end in a day', () => ({ exp: now() + 24 * 3600 }), {}],
  ])('may have %s', async (_, claims, header) => {
    expect((await show(await sign(claims(), header))).status).toBe(200);
  });

  it.each<[string, RegExp, string | undefined, Claims, object]>([
    ['another audience', /^aud is none/, `api://${APP}/`, { aud: `api://${APP}/` }, {}],
    ['an audience in upper case', /^aud is none/, undefined, { aud: AUDIENCES[0]?.toUpperCase() }, {}],
    ['other audiences', /^aud is none/, `a api://${SUBJECT}`, { aud: ['a', `api://${SUBJECT}`] }, {}],
    ['no audience', /^claim aud: missing/, undefined, { aud: undefined }, {}],
    ['another subject', /^sub is not/, APP, { sub: APP }, {}],
    ['no subject', /^claim sub: missing/, undefined, { sub: undefined }, {}],
    ['another tenant', /^tid is not/, APP, { tid: APP }, {}],
    ['no tenant', /^tid is not/, undefined, { tid: undefined }, {}],
    ['another issuer', /^iss is no issuer/, 'https://idp.example/', { iss: 'https://idp.example/' }, {}],
    ['no issuer', /^iss is missing/, undefined, { iss: undefined }, {}],
    ['no end', /^claim exp: missing/, undefined, { exp: undefined }, {}],
    ['an end that is over', /^expired/, undefined, { exp: now() - 90 }, {}],
    ['a beginning that is to come', /^claim nbf/, undefined, { nbf: now() + 900 }, {}],
    ['an end in more than a day', /^exp is more than 24 hours/, undefined, { exp: now() + 25 * 3600 }, {}],
    ['EdDSA', /^alg is not one of RS256, ES256/, undefined, {}, { kid: 'EdDSA' }],
    ['its key beside it', /^the header holds jku/, undefined, {}, { jku: 'https://evil.example/' }],
    ['another type', /^typ is not/, undefined, {}, { typ: 'secevent+jwt' }],
  ])('is refused with %s: the log says so', async (_, reason, received, claims, header) => {
    const line = await expectRefused(await sign(claims, header), reason);
    expect(line).toMatchObject({
      ...{ company: 'acme', credential: 'Entra ID', credentialId: client.id },
      ...(received !== undefined && { received }),
    });
  });

  it('is refused with a signature of another key, and when it is no JWT', async () => {
    const other = await JwtIssuer.start(entra.iss, 'RS256');
    await expectRefused(await sign({}, {}, other), /^ERR_JWS_SIGNATURE/);
    await other.close();
    await expectRefused('not-a-jwt', /no JSON object/);
    const [head, claims] = (await sign()).split('.');
    await expectRefused(`${head}.${claims}.`, /^ERR_JWS/);
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    await expectRefused(`${none}.${claims}.`, /^alg is not/);
  });

  it('finds its client by client_id, whoever else has registered the same', async () => {
    const other = await makeClient(service.clients, 'birch', { secretExpires: null, scopes: ['scim:read'] });
    await service.clients.addFederatedCredential('birch', other.id, ofEntra());
    const assertion = await sign();
    expect((await show(assertion)).body).toMatchObject({ scope: 'scim:read scim:write' });
    expect((await show(assertion, other.id)).body).toMatchObject({ scope: 'scim:read' });
    expect((await show(assertion, other.id, '/oauth/acme/token')).status).toBe(401);
    await expectRefused(assertion, /there is no such client/, `client_${'a'.repeat(22)}`);
    const nameless = await postForm(`${service.origin}/oauth/token`, {
      grant_type: 'client_credentials',
      ...{ client_assertion_type: JWT_BEARER, client_assertion: assertion },
    });
    expect(nameless.status).toBe(401);
  });

  it('opens no client that has only a secret, nor does a secret one that has only assertions', async () => {
    const secretive = await makeClient(service.clients, 'acme');
    await expectRefused(await sign(), /^iss is no issuer/, secretive.id);
    const answer = await postForm(
      `${service.origin}/oauth/token`,
      { grant_type: 'client_credentials' },
      { authorization: basic(client.id, secretive.secret) },
    );
    expect(answer.status).toBe(401);
  });

  it('is no bearer token, and its client none of the issuers of those', async () => {
    expect((await service.scim(await sign()).get('/Users')).status).toBe(401);
  });
});

describe('a federated credential', () => {
  it('has a last use, and takes its tokens along when it is removed', async () => {
    const of = await makeClient(service.clients, 'acme', { secretExpires: null });
    const first = await service.clients.addFederatedCredential('acme', of.id, ofEntra(entra, ['first']));
    const second = await service.clients.addFederatedCredential('acme', of.id, ofEntra(entra, ['second']));
    const token = async (aud: string): Promise<string> =>
      (await show(await sign({ aud }), of.id)).body['access_token'] as string;
    const tokens = [await token('first'), await token('second')];
    const shown = await service.clients.showClient('acme', of.id);
    expect(shown.lastUsed).not.toBeNull();
    expect(shown.federatedCredentials.map(({ lastUsed }) => lastUsed !== null)).toEqual([true, true]);
    await service.clients.removeFederatedCredential('acme', of.id, first.id);
    const statuses = tokens.map(async (each) => (await service.scim(each).get('/Users')).status);
    expect(await Promise.all(statuses)).toEqual([401, 200]);
    await expectRefused(await sign({ aud: 'first' }), /^aud is none/, of.id);
    expect(second.id).not.toBe(federationId);
  });

  it('of an issuer without tenants looks at none', async () => {
    const idp = await JwtIssuer.start('https://idp.example/', 'ES256');
    const of = await makeClient(service.clients, 'acme', { secretExpires: null });
    await service.clients.addFederatedCredential('acme', of.id, {
      assertedBy: { issuer: idp.iss, subject: 'sync', tenant: null, audiences: ['rollcall'] },
      keys: { text: JSON.stringify(idp.keySet()) },
    });
    expect((await show(await idp.sign({ sub: 'sync', aud: 'rollcall' }), of.id)).status).toBe(200);
    await idp.close();
  });
});

describe('the keys of an issuer', () => {
  it('are fetched again for an unknown one after five minutes, and kept while they cannot be fetched', async () => {
    const idp = await JwtIssuer.start(`https://login.microsoftonline.com/${APP}/v2.0`, 'RS256');
    const of = await makeClient(service.clients, 'acme', { secretExpires: null });
    await service.clients.addFederatedCredential('acme', of.id, {
      ...ofEntra(idp),
      assertedBy: { issuer: idp.iss, subject: SUBJECT, tenant: APP, audiences: AUDIENCES },
    });
    const status = async (kid = 'RS256'): Promise<number> =>
      (await show(await sign({ tid: APP }, { kid }, idp), of.id)).status;
    expect([await status(), idp.requests]).toEqual([200, 1]);
    await idp.addKey('new', 'RS256');
    letPass(4.9 * MINUTE);
    expect([await status('new'), await status('new'), idp.requests]).toEqual([401, 401, 1]);
    letPass(5.1 * MINUTE);
    expect([await status('new'), await status(), idp.requests]).toEqual([200, 200, 2]);
    idp.answer = (_, response) => void response.writeHead(500).end();
    letPass(60 * MINUTE);
    expect([await status('new'), await status()]).toEqual([200, 200]);
    await idp.close();
  });

  it('that could never be fetched are no fault of the client', async () => {
    const idp = await JwtIssuer.start('https://away.example/', 'RS256');
    idp.answer = (_, response) => void response.writeHead(500).end();
    const of = await makeClient(service.clients, 'acme', { secretExpires: null });
    await service.clients.addFederatedCredential('acme', of.id, {
      assertedBy: { issuer: idp.iss, subject: SUBJECT, tenant: null, audiences: AUDIENCES },
      keys: { url: idp.keysUrl },
    });
    const answer = await show(await sign({}, {}, idp), of.id);
    expect([answer.status, answer.body['error']]).toEqual([503, 'temporarily_unavailable']);
    expect(answer.body['error_description']).toMatch(/^keys: /);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.headers.get('rollcall-reason')).toBe('keys');
    const known = { company: 'acme', credential: 'Entra ID', credentialId: of.id, reason: 'keys' };
    expect(lines).toContainEqual(expect.objectContaining({ operation: 'token', status: 503, ...known }));
    await vi.waitFor(
      async () => {
        const line = await tailOf('--outcome', 'refused', '--credential', of.id);
        expect(line).toMatch(/refused: Entra ID token \(503, the keys of the issuer can't be fetched\)$/);
      },
      { timeout: 10_000 },
    );
    await idp.close();
  });
});
