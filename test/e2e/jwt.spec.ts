import { createHmac } from 'node:crypto';
import { exportSPKI } from 'jose';
import pg from 'pg';
import {
  type Issuer,
  type IssuerAdministration,
  type NewIssuer,
} from '../../src/administration/issuer-administration.js';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';
import { type Claims, compact, JwtIssuer, now } from '../support/jwt-issuer.js';
import { type ScimAnswer } from '../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const AUDIENCE = 'https://rollcall.example/';

let service: TestApplication;
let issuers: IssuerAdministration;
let acme: TestCompany;
let birch: TestCompany;
let idp: JwtIssuer;
let stranger: JwtIssuer;
let birchIdp: JwtIssuer;
const lines: string[] = [];

beforeAll(async () => {
  const log = (line: string): void => void lines.push(line);
  service = await startTestApplication({ settings: { LOG_LEVEL: 'info' }, log });
  issuers = service.issuers;
  acme = await service.company('acme');
  birch = await service.company('birch');
  for (const company of [acme, birch]) {
    await (await company.client()).post('/Users', { schemas: [USER], userName: company.slug });
  }
  idp = await JwtIssuer.start('https://idp.example/', 'RS256', 'ES256', 'EdDSA', 'PS256', 'RS384', 'ES384');
  stranger = await JwtIssuer.start('https://idp.example/', 'RS256');
  birchIdp = await JwtIssuer.start('https://birch.example/', 'RS256');
  await add({});
});
afterAll(async () => {
  await Promise.all([idp.close(), stranger.close(), birchIdp.close()]);
  await service.close();
});

/** Registers the test's issuer, with these changes. */
function add(changes: Partial<NewIssuer>): Promise<Issuer> {
  return issuers.addIssuer({
    name: 'The identity provider',
    company: { slug: 'acme' },
    issuer: idp.iss,
    audience: AUDIENCE,
    keys: { url: idp.keysUrl },
    requiredScope: null,
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    ...changes,
  });
}

const good = (claims: Claims = {}): Claims => ({ aud: AUDIENCE, sub: 'ada@idp.example', ...claims });
/** Claims, or what makes them of the moment at which they are signed. */
type ClaimsToSign = Claims | (() => Claims);
const sign = (claims: ClaimsToSign = {}, header: Claims = {}): Promise<string> =>
  idp.sign(good(typeof claims === 'function' ? claims() : claims), header);
const send = (token: string): Promise<ScimAnswer> => service.scim(token).get('/Users');

/** The user names that a token shows: each company's only user has the company's name. */
async function seenBy(token: string): Promise<unknown> {
  const { status, body } = await send(token);
  return status === 200 ? body.Resources.map(({ userName }: { userName: string }) => userName) : status;
}

/** @param known what the line in the log says beside the reason */
async function expectRefused(token: string, reason?: RegExp, known: object = {}): Promise<void> {
  lines.length = 0;
  const answer = await send(token);
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(
    `Bearer realm="Rollcall", error="invalid_token", resource_metadata="${service.origin}/.well-known/oauth-protected-resource/standard/scim/v2"`,
  );
  const detail = expect.stringContaining('bearer token');
  expect(answer.body).toEqual({ schemas: [ERROR], status: '401', detail });
  const refusals = lines.map((line) => JSON.parse(line)).filter(({ reason }) => reason !== undefined);
  expect(refusals.map((line) => line.reason)).toEqual(reason ? [expect.stringMatching(reason)] : []);
  if (reason) expect(refusals).toEqual([expect.objectContaining(known)]);
  for (const part of [token, 'ada@idp.example']) expect(lines.join('')).not.toContain(part);
}

describe('a token of a registered issuer', () => {
  it.each(['RS256', 'ES256', 'EdDSA'])('SEC-02 signed by %s opens its company', async (kid) => {
    expect(await seenBy(await sign({}, { kid }))).toEqual(['acme']);
  });

  it.each<[string, ClaimsToSign, object]>([
    ['an audience among others', { aud: ['https://other.example/', AUDIENCE] }, {}],
    ['typ JWT', {}, { typ: 'JWT' }],
    ['typ at+jwt', {}, { typ: 'at+jwt' }],
    ['a thumbprint', {}, { x5t: 'abc' }],
    ['no subject', { sub: undefined }, {}],
    ['foreign scopes', { scope: 'openid profile' }, {}],
    ['an end half a minute ago', () => ({ exp: now() - 30 }), {}],
    ['a beginning in half a minute', () => ({ nbf: now() + 30 }), {}],
  ])('SEC-02 may have %s', async (_, claims, header) => {
    expect(await seenBy(await sign(claims, { ...header }))).toEqual(['acme']);
  });

  it.each([24 * 3600 + 120, 3.2e13])(
    'SEC-03 is refused where it is good for %s seconds more',
    async (seconds) => {
      await expectRefused(await sign({ exp: now() + seconds }), /^exp is more than 24 hours away$/);
      expect(await seenBy(await sign({ exp: now() + 24 * 3600 }))).toEqual(['acme']);
    },
  );

  it('SEC-02 SEC-03 is refused from the moment it has expired', async () => {
    const exp = now() - 50;
    const token = await sign({ exp });
    expect(await seenBy(token)).toEqual(['acme']);
    // A minute is allowed for clocks that differ.
    await new Promise((resolve) => setTimeout(resolve, (exp + 61) * 1000 - Date.now()));
    await expectRefused(token, /^expired$/, {
      company: 'acme',
      credential: 'The identity provider',
      since: new Date(exp * 1000).toISOString(),
    });
  });

  it('writes too', async () => {
    const client = service.scim(await sign());
    const made = await client.post('/Users', { schemas: [USER], userName: 'passing' });
    expect(made.status).toBe(201);
    expect((await client.delete(`/Users/${made.body.id as string}`)).status).toBe(204);
  });
});

describe('a token is refused', () => {
  it.each<[string, (claims: Claims) => unknown]>([
    ['none', (claims) => compact({ alg: 'none', kid: 'RS256' }, claims)],
    ['None', (claims) => compact({ alg: 'None', kid: 'RS256' }, claims)],
    ['none, with a signature', (claims) => compact({ alg: 'none', kid: 'RS256' }, claims, 'c2ln')],
    ['nothing', (claims) => compact({ alg: '', kid: 'RS256' }, claims)],
    ['a list', (claims) => compact({ alg: ['RS256'], kid: 'RS256' }, claims, 'c2ln')],
    ['PS256', () => sign({}, { kid: 'PS256' })],
    ['RS384', () => sign({}, { kid: 'RS384' })],
    ['ES384', () => sign({}, { kid: 'ES384' })],
  ])('SEC-02 whose alg is %s', async (_, make) => {
    const token = (await make({ iss: idp.iss, exp: now() + 300, ...good() })) as string;
    await expectRefused(token, /^alg is not one of/);
  });

  it.each(['HS256', 'HS384', 'HS512'])(
    'SEC-02 that is signed by %s with the public key as its secret',
    async (alg) => {
      const { publicKey, jwk } = idp.key('RS256');
      const unsigned = compact({ alg, kid: 'RS256' }, { iss: idp.iss, exp: now() + 300, ...good() });
      for (const secret of [await exportSPKI(publicKey), JSON.stringify(jwk), jwk.n!]) {
        const signature = createHmac(alg.replace('HS', 'sha'), secret)
          .update(unsigned.slice(0, -1))
          .digest('base64url');
        await expectRefused(unsigned + signature, /^alg is not one of/);
      }
    },
  );

  it.each<[string, Claims, RegExp]>([
    ['crit', { crit: ['urn:example:must'], 'urn:example:must': 1 }, /header holds crit/],
    ['no kid', { kid: undefined }, /^kid is missing$/],
    ['an empty kid', { kid: '' }, /^kid is missing$/],
    ['a number as kid', { kid: 1 }, /^kid is missing$/],
    ['an unknown kid', { kid: 'nobody' }, /no key of this kid/],
    ['the kid of a key of another kind', { kid: 'ES256' }, /no key of this kid/],
    ['x5c', { x5c: ['MIIB'] }, /header holds x5c/],
    ['x5u', { x5u: 'https://idp.example/cert' }, /header holds x5u/],
    ['a type for logging out', { typ: 'logout+jwt' }, /^typ is not one of/],
    ['a type for events', { typ: 'secevent+jwt' }, /^typ is not one of/],
    ['a type that is no text', { typ: {} }, /^typ is not one of/],
  ])('SEC-02 whose header holds %s', async (_, header, reason) => {
    await expectRefused(await idp.sign(good(), header, 'RS256'), reason);
  });

  it('SEC-02 that brings its own key, or says where it is', async () => {
    const { jwk } = stranger.key('RS256');
    await expectRefused(await stranger.sign(good(), { jwk }), /header holds jwk/);
    await expectRefused(await stranger.sign(good(), { jku: stranger.keysUrl }), /header holds jku/);
    expect(stranger.requests).toBe(0);
  });

  it('SEC-02 that somebody else has signed, or that was changed', async () => {
    const wrong = /^ERR_JWS_SIGNATURE_VERIFICATION_FAILED$/;
    await expectRefused(await stranger.sign(good()), wrong);
    const [header, claims, signature] = (await sign()).split('.') as [string, string, string];
    const [, others] = (await sign({ sub: 'eve' })).split('.') as [string, string];
    await expectRefused(`${header}.${others}.${signature}`, wrong);
    await expectRefused(`${header}.${claims}.${signature.slice(0, -4)}`, wrong);
    await expectRefused(`${header}.${claims}.`, wrong);
  });

  it.each<[string, ClaimsToSign, RegExp]>([
    ['no exp', { exp: undefined }, /^claim exp: missing$/],
    ['a text as exp', { exp: '9999999999' }, /^claim exp: invalid$/],
    ['an exp in the past', () => ({ exp: now() - 120 }), /^expired$/],
    ['an nbf in the future', () => ({ nbf: now() + 120 }), /^claim nbf: check_failed$/],
    ['a text as nbf', { nbf: '0' }, /^claim nbf: invalid$/],
    ['no iss', { iss: undefined }, /^iss is missing/],
    ['a number as iss', { iss: 1 }, /^iss is missing/],
    ['an iss that nobody could store', { iss: 'https://idp.example/\u0000' }, /^iss is missing or no name/],
    ['an unknown iss', { iss: 'https://other.example/' }, /^iss is no registered issuer$/],
    ['almost the right iss', { iss: 'https://idp.example' }, /^iss is no registered issuer$/],
    ['no aud', { aud: undefined }, /^aud names no audience/],
    ['another aud', { aud: 'https://other.example/' }, /^aud names no audience/],
    ['almost the right aud', { aud: AUDIENCE.toUpperCase() }, /^aud names no audience/],
    ['an object as aud', { aud: { [AUDIENCE]: true } }, /^aud names no audience/],
    ['an empty list as aud', { aud: [] }, /^aud names no audience/],
  ])('SEC-02 whose claims hold %s', async (_, claims, reason) => {
    await expectRefused(await sign(claims), reason);
  });

  it('with what it named instead in the log, where that is harmless', async () => {
    const other = 'https://other.example/';
    await expectRefused(await sign({ iss: other }), /^iss is no/, { received: other });
    await expectRefused(await sign({ aud: [other, 'Ada Lovelace'] }), /^aud names no/, {
      company: 'acme',
      credential: 'The identity provider',
      received: `${other} …`,
    });
  });

  it('SEC-02 whose claims are no object', async () => {
    const header = { alg: 'RS256', kid: 'RS256' };
    for (const claims of [null, 'text', 1, [good()]]) {
      await expectRefused(compact(header, claims, 'c2ln'), /no JSON object/);
    }
    await expectRefused(`${compact(header, {}).split('.')[0]!}.bm90IGpzb24.c2ln`, /no JSON object/);
  });

  it('SEC-02 that is encrypted, or longer than any', async () => {
    await expectRefused(`${compact({ alg: 'RSA-OAEP', enc: 'A256GCM' }, {}, 'a')}.b.c`);
    await expectRefused(await sign({ groups: 'x'.repeat(9000) }));
  });
});

describe('tokens of our own and signed ones', () => {
  it('SEC-02 never take the way of the other', async () => {
    const unsigned = compact({ alg: 'none' }, { iss: idp.iss, ...good() }, 'x'.repeat(40));
    await service.bootstrap.ensureBootstrapToken('birch', unsigned, 'lenient');
    await expectRefused(unsigned, /^alg is not one of/);
    const dotted = 'bm90IGpzb24.bm90IGpzb24.'.padEnd(60, 'x');
    await expectRefused(dotted);
    await service.bootstrap.ensureBootstrapToken('birch', dotted, 'lenient');
    expect(await seenBy(dotted)).toEqual(['birch']);
  });

  it('TEN-02 SEC-02 under way at once each keep their caller', async () => {
    await add({ company: { slug: 'birch' }, audience: 'at-once' });
    const tokens = [
      [await sign(), ['acme']],
      [await sign({ aud: 'at-once' }), ['birch']],
      [await birch.token(), ['birch']],
      [await stranger.sign(good()), 401],
    ] as const;
    const requests = Array.from({ length: 80 }, (_, index) => tokens[index % tokens.length]!);
    const seen = await Promise.all(requests.map(([token]) => seenBy(token)));
    expect(seen).toEqual(requests.map(([, expected]) => expected));
  });
});

describe('what a token may do', () => {
  const reads = async (token: string): Promise<number> => (await send(token)).status;
  const writes = async (token: string): Promise<number> =>
    (await service.scim(token).put('/Users/0000000000000000', { schemas: [USER], userName: 'x' })).status;

  it('needs the scope that the issuer asks for, in scope or scp', async () => {
    await add({ audience: 'scoped', requiredScope: 'groups:sync' });
    const accepted = [
      { scope: 'openid groups:sync' },
      { scp: ['openid', 'groups:sync'] },
      { scp: 'groups:sync' },
    ];
    for (const claims of accepted) expect(await reads(await sign({ aud: 'scoped', ...claims }))).toBe(200);
    const refused = [
      {},
      { scope: 'openid' },
      { scope: 'groups:sync:all' },
      { scope: { 'groups:sync': 1 } },
      { scp: [['groups:sync']] },
      { roles: ['groups:sync'] },
    ];
    for (const claims of refused) await expectRefused(await sign({ aud: 'scoped', ...claims }), /^the scope/);
  });

  it('SEC-05 is what the issuer may, narrowed to the scopes of ours that it carries', async () => {
    await add({ audience: 'read-only', scopes: ['scim:read'] });
    const may = async (claims: Claims): Promise<readonly number[]> => {
      const token = await sign(claims);
      return [await reads(token), await writes(token)];
    };
    expect(await may({})).toEqual([200, 404]);
    expect(await may({ scope: 'scim:read scim:write' })).toEqual([200, 404]);
    expect(await may({ scope: 'openid scim:read' })).toEqual([200, 403]);
    expect(await may({ scp: ['scim:write'] })).toEqual([403, 404]);
    expect(await may({ aud: 'read-only' })).toEqual([200, 403]);
    expect(await may({ aud: 'read-only', scope: 'scim:read scim:write' })).toEqual([200, 403]);
    expect(await may({ aud: 'read-only', scope: 'scim:write' })).toEqual([403, 403]);
  });

  it("is read in the issuer's dialect", async () => {
    await add({ audience: 'strict', dialect: 'strict' });
    const find = async (claims: Claims): Promise<number> =>
      (await service.scim(await sign(claims)).get('/Users?filter=externalId+eq+007')).status;
    expect(await find({})).toBe(200);
    expect(await find({ aud: 'strict' })).toBe(400);
  });
});

describe('whom a token stands for', () => {
  it("TEN-02 is its issuer's company, whatever the claims say", async () => {
    const claims = { tenant_id: 'birch', company: 'birch', company_id: '2', tid: 'birch' };
    expect(await seenBy(await sign(claims))).toEqual(['acme']);
  });

  it("TEN-02 is the company that a claim names, where the issuer is the whole deployment's", async () => {
    await add({ audience: 'all', company: { claim: 'tenant_id' } });
    const admin = new pg.Client(service.database.adminUrl);
    await admin.connect();
    const { rows } = await admin.query<{ slug: string; id: string }>(
      "SELECT slug, format_resource_id(id) AS id FROM companies WHERE slug IN ('acme', 'birch')",
    );
    await admin.end();
    expect(rows).toHaveLength(2);
    for (const { slug, id } of rows) {
      expect(await seenBy(await sign({ aud: 'all', tenant_id: slug }))).toEqual([slug]);
      expect(await seenBy(await sign({ aud: 'all', tenant_id: id }))).toEqual([slug]);
    }
    const unknown = ['nobody', '00000000000fffff', 'ffffffffffffffff', '1'];
    for (const named of unknown) {
      await expectRefused(
        await sign({ aud: 'all', tenant_id: named }),
        /^the claim of the company names none/,
      );
    }
    const noNames = [undefined, '', 'ACME', 'acme\u0000', ' acme', 1, ['acme'], { slug: 'acme' }, null, true];
    for (const named of noNames) {
      await expectRefused(
        await sign({ aud: 'all', tenant_id: named }),
        /^the claim of the company is missing/,
      );
    }
  });

  it('TEN-02 is nobody where the claim is only inherited', async () => {
    await add({ audience: 'inherited', company: { claim: 'constructor' } });
    await expectRefused(await sign({ aud: 'inherited' }), /^the claim of the company is missing/);
  });

  it('TEN-02 is nobody where two companies could be meant', async () => {
    await add({ audience: 'one' });
    await add({ audience: 'two', company: { slug: 'birch' } });
    expect(await seenBy(await sign({ aud: ['one', 'x'] }))).toEqual(['acme']);
    expect(await seenBy(await sign({ aud: ['x', 'two'] }))).toEqual(['birch']);
    await expectRefused(await sign({ aud: ['one', 'two'] }), /^aud names several/);
    await expect(add({ audience: 'one', company: { slug: 'birch' } })).rejects.toThrow(/already/);
    await expect(add({ audience: 'one', company: { claim: 'tid' } })).rejects.toThrow(/already/);
  });

  it('TEN-02 is nobody for the keys of another issuer', async () => {
    const registered = { company: { slug: 'birch' }, issuer: birchIdp.iss, keys: { url: birchIdp.keysUrl } };
    await add(registered);
    expect(await seenBy(await birchIdp.sign(good()))).toEqual(['birch']);
    await expectRefused(await birchIdp.sign(good({ iss: idp.iss })), /SIGNATURE/);
    await expectRefused(await sign({ iss: birchIdp.iss }), /SIGNATURE/);
  });

  it('SEC-03 is nobody from the moment that the issuer is removed, until it is added again', async () => {
    const { id } = await add({ audience: 'removed' });
    const token = await sign({ aud: 'removed' });
    expect(await seenBy(token)).toEqual(['acme']);
    expect(await issuers.removeIssuer(id)).toMatchObject({ revoked: expect.any(String) });
    await expectRefused(token, /^aud names no audience/);
    await add({ audience: 'removed', company: { slug: 'birch' } });
    expect(await seenBy(token)).toEqual(['birch']);
  });

  it('is told apart by keys that are kept here, too', async () => {
    const before = idp.requests;
    await add({ audience: 'kept', keys: { text: JSON.stringify(idp.keySet()) } });
    for (const kid of ['RS256', 'ES256', 'EdDSA']) {
      expect(await seenBy(await sign({ aud: 'kept' }, { kid }))).toEqual(['acme']);
    }
    await expectRefused(await sign({ aud: 'kept' }, { kid: 'PS256' }), /^alg/);
    await expectRefused(await stranger.sign(good({ aud: 'kept' })), /SIGNATURE/);
    expect(idp.requests).toBe(before);
  });
});
