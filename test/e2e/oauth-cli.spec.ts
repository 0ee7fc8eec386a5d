import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OauthClient } from '../../src/administration/oauth-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { runCommand, type CommandOutcome } from '../support/command-line.js';
import { JwtIssuer } from '../support/jwt-issuer.js';
import { runFolder } from '../support/run-folder.js';

const TENANT = '11111111-2222-3333-4444-555555555555';
const SUBJECT = '66666666-7777-8888-9999-000000000000';
const CLIENT_ID = /^client_[A-Za-z0-9_-]{22}$/;
const SECRET = /^rollcall_secret_[A-Za-z0-9_-]{43}$/;

type Created = OauthClient & { readonly secret?: string };

let service: TestApplication;

beforeAll(async () => {
  service = await startTestApplication();
  await service.company('acme');
  await service.company('birch');
});
afterAll(() => service.close());

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: service.database.url, PUBLIC_URL: 'https://scim.example.com' }, ...args);

/** Runs a command that must succeed, with `--json`. */
async function json<T>(...args: string[]): Promise<T> {
  const { code, out, error } = await rollcall(...args, '--json');
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return JSON.parse(out) as T;
}

async function expectRefusal(code: number, line: RegExp, ...args: string[]): Promise<void> {
  expect(await rollcall(...args)).toEqual({ code, out: '', error: expect.stringMatching(line) });
}

const create = (...args: string[]): Promise<Created> => json('client', 'create', 'acme', ...args);
const show = (id: string): Promise<OauthClient> => json('client', 'show', 'acme', id);

describe('rollcall client', () => {
  it('makes a client with a secret, and says what to enter', async () => {
    const made = await create('--name', 'Entra ID', '--expires', '730');
    expect(made).toEqual({
      id: expect.stringMatching(CLIENT_ID),
      name: 'Entra ID',
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
      created: expect.any(String),
      disabled: null,
      lastUsed: null,
      userAgent: null,
      secrets: [
        {
          id: expect.stringMatching(/^\d+$/),
          created: expect.any(String),
          expires: expect.any(String),
          revoked: null,
          daysLeft: 730,
          lastUsed: null,
          userAgent: null,
        },
      ],
      federatedCredentials: [],
      secret: expect.stringMatching(SECRET),
      tokenUrl: 'https://scim.example.com/oauth/token',
      baseUrls: expect.objectContaining({ standard: 'https://scim.example.com/standard/scim/v2' }),
    });
    const { secret: _, tokenUrl: __, baseUrls: ___, ...shown } = made as Created & Record<string, unknown>;
    expect(await show(made.id)).toEqual(shown);
    expect(await json('client', 'list', 'acme')).toContainEqual(shown);
  });

  it('says of a client without a secret what it lacks', async () => {
    const { out } = await rollcall('client', 'create', 'acme', '--name', 'federated', '--no-secret');
    expect(out).toMatch(
      /It can't sign in yet[^]*\n {2}npm run rollcall -- client federation add acme client_[\w-]{22} --tenant <tenant id> /,
    );
    expect((await rollcall('client', 'create', 'acme')).out).not.toContain("can't sign in");
  });

  it('takes the name of a client where no other has it', async () => {
    const { id } = await create('--name', 'Entra ID (client)');
    const named = ['acme', 'Entra ID (client)'] as const;
    expect(await json('client', 'show', ...named)).toMatchObject({ id });
    expect(await json('client', 'secret', 'rotate', ...named)).toMatchObject({ client: { id } });
    expect(await json('client', 'disable', ...named)).toMatchObject({ id });
    expect(await json('client', 'enable', ...named)).toMatchObject({ id });
    expect(await json('client', 'federation', 'list', ...named)).toEqual([]);
    await create('--name', 'Entra ID (client)');
    const several = /has several clients "Entra ID \(client\)".*; see: npm run rollcall -- client list acme$/;
    await expectRefusal(1, several, 'client', 'delete', ...named);
    await rollcall('client', 'delete', 'acme', id);
    expect((await rollcall('client', 'delete', ...named)).out).toMatch(/^Client client_\S+ is removed\.$/);
    const none =
      /^Company acme has no client Entra ID \(client\); see: npm run rollcall -- client list acme$/;
    await expectRefusal(1, none, 'client', 'show', ...named);
  });

  it('says of a command that is misused how it is used', async () => {
    const usage =
      /^error: missing required argument 'client'; usage: npm run rollcall -- client secret rotate \[options\] <company> <client>$/;
    await expectRefusal(2, usage, 'client', 'secret', 'rotate', 'acme');
  });

  it('shows a new secret once, to people as to programs', async () => {
    const made = await rollcall('client', 'create', 'acme', '--name', 'Workday');
    const [secret = ''] = /rollcall_secret_[\w-]{43}/.exec(made.out) ?? [];
    const [id = ''] = /client_[\w-]{22}/.exec(made.out) ?? [];
    expect(made.out.split(secret)).toHaveLength(2);
    expect(made.out).toContain('https://scim.example.com/oauth/token');
    expect(made.out).toContain('https://scim.example.com/standard/scim/v2');
    for (const command of [
      ['list', 'acme'],
      ['show', 'acme', id],
    ]) {
      const { out } = await rollcall('client', ...command);
      expect(out).toContain('Workday');
      expect(out).not.toContain(secret);
    }
    const tokens = await rollcall('token', 'list', 'acme');
    expect(tokens.out).toMatch(/No token yet/);
  });

  it('adds, rotates and revokes secrets', async () => {
    const { id, secrets } = await create('--read-only', '--dialect', 'strict');
    const [first] = secrets;
    const second = await json<{ id: string; secret: string }>('client', 'secret', 'add', 'acme', id);
    expect(second.secret).toMatch(SECRET);
    const rotated = await json<{ id: string; client: OauthClient }>(
      ...['client', 'secret', 'rotate', 'acme', id, '--overlap', '14d', '--expires', '100'],
    );
    expect(rotated.client.secrets.map((secret) => [secret.id, secret.daysLeft])).toEqual([
      [first?.id, 14],
      [second.id, 14],
      [rotated.id, 100],
    ]);
    const revoked = await json<{ revoked: string }>('client', 'secret', 'revoke', 'acme', id, second.id);
    expect(revoked.revoked).toMatch(/^20/);
    expect((await show(id)).secrets.map((secret) => secret.revoked !== null)).toEqual([false, true, false]);
    expect(await show(id)).toMatchObject({ dialect: 'strict', scopes: ['scim:read'] });
  });

  it('never lets a rotation make an old secret live longer', async () => {
    const { id, secrets } = await create('--expires', '3');
    await json('client', 'secret', 'rotate', 'acme', id);
    expect((await show(id)).secrets[0]?.expires).toBe(secrets[0]?.expires);
  });

  it('disables, enables and removes a client', async () => {
    const { id } = await create();
    expect((await json<OauthClient>('client', 'disable', 'acme', id)).disabled).toMatch(/^20/);
    expect((await rollcall('client', 'list', 'acme')).out).toMatch(new RegExp(`│ ${id} │.*│ disabled +│`));
    expect((await json<OauthClient>('client', 'enable', 'acme', id)).disabled).toBeNull();
    await json('client', 'delete', 'acme', id);
    await expectRefusal(1, /^Company acme has no client/, 'client', 'show', 'acme', id);
  });

  it('federates a client with Entra ID, other issuers and its own keys', async () => {
    const idp = await JwtIssuer.start('https://idp.example/', 'ES256');
    await idp.close();
    const file = join(runFolder(), 'oauth-cli-keys.json');
    writeFileSync(file, JSON.stringify(idp.keySet()));
    const { id, secrets } = await create('--no-secret');
    expect(secrets).toEqual([]);
    const add = (...args: string[]): Promise<object> =>
      json('client', 'federation', 'add', 'acme', id, ...args);
    expect(
      await add('--tenant', TENANT, '--subject', SUBJECT, '--audience', 'api://a', '--audience', 'a'),
    ).toMatchObject({
      issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      subject: SUBJECT,
      tenant: TENANT,
      audiences: ['api://a', 'a'],
      jwksUrl: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
      keyIds: null,
    });
    const other = ['--issuer', idp.iss, '--subject', 'sync', '--audience', 'rollcall'];
    expect(await add(...other, '--jwks-file', file)).toMatchObject({
      issuer: idp.iss,
      tenant: null,
      jwksUrl: null,
      keyIds: ['ES256'],
    });
    const own = await add('--own', '--jwks-file', file);
    expect(own).toMatchObject({ issuer: null, subject: null, audiences: [], keyIds: ['ES256'] });
    const listed = await rollcall('client', 'federation', 'list', 'acme', id);
    expect(listed.out).toContain('the client itself');
    await json('client', 'federation', 'remove', 'acme', id, (own as { id: string }).id);
    expect(await json('client', 'federation', 'list', 'acme', id)).toHaveLength(2);
  });

  it.each<[string, number, RegExp, (id: string) => string[]]>([
    ['another company', 1, /^Company birch has no client/, (id) => ['show', 'birch', id]],
    ['a company that is not there', 1, /^There is no company/, () => ['create', 'nobody']],
    ['no secret of the client', 1, /has no secret 999/, (id) => ['secret', 'revoke', 'acme', id, '999']],
    ['no federation of it', 1, /has no federated/, (id) => ['federation', 'remove', 'acme', id, '999']],
    ['a secret for ever', 2, /has an end/, () => ['create', 'acme', '--expires', 'never']],
    ['a secret for four years', 1, /three years/, () => ['create', 'acme', '--expires', '1461']],
    [
      'keys alone',
      2,
      /--tenant, --issuer or --own/,
      (id) => federate(id, '--jwks-url', 'https://a.example/'),
    ],
    [
      'own keys with claims',
      2,
      /--own goes without/,
      (id) => federate(id, '--own', '--subject', 's', '--jwks-url', 'https://a.example/'),
    ],
    ['no audience', 2, /--audience are needed/, (id) => federate(id, '--tenant', TENANT, '--subject', 's')],
    [
      'keys in the clear',
      1,
      /no URL for keys/,
      (id) => federate(id, '--own', '--jwks-url', 'http://idp.example/keys'),
    ],
    [
      'a tenant that is none',
      1,
      /no tenant id/,
      (id) => federate(id, '--tenant', 'acme.example', '--subject', 's', '--audience', 'a'),
    ],
    [
      'Entra ID without a tenant',
      1,
      /needs the tenant id/,
      (id) =>
        federate(
          ...[id, '--issuer', `https://login.microsoftonline.com/${TENANT}/v2.0`, '--subject', 's'],
          ...['--audience', 'a', '--jwks-url', 'https://a.example/'],
        ),
    ],
  ])('refuses %s', async (_what, code, line, args) => {
    const { id } = await create();
    await expectRefusal(code, line, 'client', ...args(id));
  });
});

const federate = (id: string, ...args: string[]): string[] => ['federation', 'add', 'acme', id, ...args];
