import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK } from 'jose';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { runCommand, type CommandOutcome } from '../support/command-line.js';
import { JwtIssuer } from '../support/jwt-issuer.js';

const ISS = 'https://sts.example/tenant/';

let application: TestApplication;
let idp: JwtIssuer;
let folder: string;

beforeAll(async () => {
  application = await startTestApplication();
  await application.company('acme');
  await application.company('birch');
  idp = await JwtIssuer.start(ISS, 'RS256', 'ES256');
  folder = mkdtempSync(join(tmpdir(), 'rollcall-issuer-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await idp.close();
  await application.close();
});

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: application.database.url }, ...args);

async function json<T>(...args: string[]): Promise<T> {
  const { code, out, error } = await rollcall(...args, '--json');
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return JSON.parse(out) as T;
}

async function expectRefusal(args: string[], code: number, line: RegExp): Promise<void> {
  const outcome = await rollcall(...args);
  expect(outcome).toEqual({ code, out: '', error: expect.stringMatching(line) });
  expect(outcome.error).not.toMatch(/\n|\p{Cc}/u);
}

function file(content: unknown): string {
  const path = join(folder, 'keys.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const naming = (audience: string): string[] => ['--issuer', ISS, '--audience', audience];
const status = async (claims: object): Promise<number> =>
  (await application.scim(await idp.sign({ ...claims })).get('/Users')).status;

it('accepts an issuer for a company, until it is removed', async () => {
  const url = ['--jwks-url', idp.keysUrl];
  const added = await json<{ id: string }>('issuer', 'add', 'acme', ...naming('a'), ...url);
  const issuer = {
    id: expect.stringMatching(/^\d+$/),
    name: ISS,
    company: 'acme',
    companyClaim: null,
    issuer: ISS,
    audience: 'a',
    jwksUrl: idp.keysUrl,
    keyIds: null,
    requiredScope: null,
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    created: expect.any(String),
    revoked: null,
  };
  expect(added).toEqual(issuer);
  expect(await status({ aud: 'a' })).toBe(200);
  expect(await json('issuer', 'list')).toEqual([issuer]);
  expect(await json('issuer', 'list', 'acme')).toEqual([issuer]);
  expect(await json('issuer', 'list', 'birch')).toEqual([]);
  await expectRefusal(
    ['issuer', 'add', 'birch', ...naming('a'), ...url],
    1,
    /audience a already.*issuer list$/,
  );

  const removed = { ...issuer, revoked: expect.any(String) };
  const first = await json('issuer', 'remove', added.id);
  expect(first).toEqual(removed);
  expect(await status({ aud: 'a' })).toBe(401);
  expect(await json('issuer', 'remove', added.id)).toEqual(first);
  expect(await json('issuer', 'list', 'acme')).toEqual([removed]);
});

it('accepts an issuer for the deployment, with all options', async () => {
  const added = await json(
    ...['issuer', 'add', '--deployment', ...naming('all'), '--jwks-file', file(idp.keySet())],
    ...[
      '--company-claim',
      'tenant_id',
      '--scope',
      'scim',
      '--dialect',
      'strict',
      '--read-only',
      '--name',
      'STS',
    ],
  );
  expect(added).toMatchObject({
    name: 'STS',
    company: null,
    companyClaim: 'tenant_id',
    jwksUrl: null,
    keyIds: ['RS256', 'ES256'],
    requiredScope: 'scim',
    dialect: 'strict',
    scopes: ['scim:read'],
  });
  expect(await status({ aud: 'all', tenant_id: 'birch', scope: 'scim' })).toBe(200);
  expect(await status({ aud: 'all', tenant_id: 'birch' })).toBe(401);
});

it('prints tables for people', async () => {
  const made = await rollcall('issuer', 'add', 'acme', ...naming('t'), '--jwks-url', idp.keysUrl);
  expect(made.out).toMatch(/│ Audience +│ t +│/);
  expect(made.out).toMatch(/│ State +│ accepted +│/);
  const { out } = await rollcall('issuer', 'list');
  expect(out).toMatch(/│ Id +│ Name +│ Company +│ Issuer +│ Audience +│/);
  // Long values are broken, so that the table fits.
  expect(out).toMatch(/│ by claim +│ https:\/\/sts +│ all +│ strict +│ read only +│ accepted/);
  expect(out).toMatch(/│ tenant_id +│ .example\/te +│/);
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  expect((await rollcall('issuer', 'list', 'birch')).out).toMatch(/^No issuer yet/);
  const steering = ['--name', '\u001b[2J', '--jwks-url', idp.keysUrl];
  expect((await rollcall('issuer', 'add', 'acme', ...naming('s'), ...steering)).out).not.toContain('\u001b');
});

describe('refuses', () => {
  const url = ['--jwks-url', 'https://idp.example/keys'];
  const add = (...args: string[]): string[] => ['issuer', 'add', ...args];

  it.each<[string, string[], number, RegExp]>([
    ['neither company nor deployment', add(...naming('x'), ...url), 2, /either a company or --deployment/],
    ['both', add('acme', '--deployment', ...naming('x'), ...url), 2, /either a company or --deployment/],
    ['a deployment without claim', add('--deployment', ...naming('x'), ...url), 2, /needs --company-claim/],
    ['a claim for one company', add('acme', '--company-claim', 'x', ...naming('x'), ...url), 2, /goes with/],
    ['no keys', add('acme', ...naming('x')), 2, /--jwks-url or --jwks-file/],
    ['keys twice', add('acme', ...naming('x'), ...url, '--jwks-file', 'x'), 2, /cannot be used with/],
    ['no issuer', add('acme', '--audience', 'x', ...url), 2, /--issuer/],
    ['no audience', add('acme', '--issuer', 'x', ...url), 2, /--audience/],
    ['an unknown dialect', add('acme', ...naming('x'), ...url, '--dialect', 'x'), 2, /Allowed choices/],
    ['an unknown company', add('nobody', ...naming('x'), ...url), 1, /no company nobody/],
    ['an empty audience', add('acme', ...naming(''), ...url), 1, /"" is no audience/],
    ['a blank in the audience', add('acme', ...naming('a b'), ...url), 1, /"a b" is no audience/],
    ['an issuer beyond ASCII', add('acme', '--issuer', 'ä', '--audience', 'x', ...url), 1, /is no issuer/],
    ['two scopes', add('acme', ...naming('x'), ...url, '--scope', 'a b'), 1, /"a b" is no scope/],
    ['an unknown issuer to remove', ['issuer', 'remove', '999999'], 1, /no issuer 999999/],
    ['a word to remove', ['issuer', 'remove', 'x'], 1, /no issuer x/],
    ['an unknown company to list', ['issuer', 'list', 'nobody'], 1, /no company nobody/],
  ])('%s', async (_, args, code, line) => {
    await expectRefusal(args, code, line);
  });

  it.each([
    'http://idp.example/keys',
    'http://127.0.0.1.idp.example/keys',
    'http://localhost.idp.example/keys',
    'ftp://idp.example/keys',
    'file:///etc/keys',
    'https://ada:secret@idp.example/keys',
    'https://idp.example/keys#x',
    'idp.example/keys',
    '',
  ])('keys at %j', async (keysUrl) => {
    await expectRefusal(add('acme', ...naming('x'), '--jwks-url', keysUrl), 1, /is no URL for keys/);
  });

  it('a file that holds no public keys of ours', async () => {
    const { jwk, privateKey } = idp.key('RS256');
    const cases: [unknown, RegExp][] = [
      ['{', /is no JSON/],
      ['null', /is no JSON Web Key Set/],
      [[jwk], /is no JSON Web Key Set/],
      [{ keys: 1 }, /is no JSON Web Key Set/],
      [{ keys: ['x'] }, /is no JSON Web Key Set/],
      [{ keys: [] }, /has no signing key/],
      [{ keys: [{ ...jwk, kid: undefined }] }, /has no signing key/],
      [{ keys: [{ ...jwk, use: 'enc' }] }, /has no signing key/],
      [{ keys: [{ kty: 'EC', crv: 'P-384', kid: 'x' }] }, /has no signing key/],
      [{ keys: [jwk, { kty: 'EC', crv: 'P-256', kid: 'broken' }] }, /can't be read: broken/],
      [{ keys: [{ ...(await exportJWK(privateKey)), kid: 'x' }] }, /private or symmetric key/],
      [{ keys: [jwk, { kty: 'oct', k: 'c2VjcmV0', kid: 'x' }] }, /private or symmetric key/],
      [`{"keys":[]}${' '.repeat(300_000)}`, /is larger than 262144 bytes/],
    ];
    for (const [content, line] of cases) {
      await expectRefusal(add('acme', ...naming('x'), '--jwks-file', file(content)), 1, line);
    }
    await expectRefusal(add('acme', ...naming('x'), '--jwks-file', join(folder, 'none')), 1, /can't be read/);
  });
});
