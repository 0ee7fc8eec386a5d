import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import pg from 'pg';
import { AccessTokensStore } from '../../src/access/access-tokens.store.js';
import { ExpiryWarnings } from '../../src/access/expiry-warnings.js';
import { Administration } from '../../src/administration/administration.js';
import { type AccessToken, type IssuedToken } from '../../src/administration/token-administration.js';
import { CompanyTransaction } from '../../src/persistence/transaction/company-transaction.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { basic, makeClient, postForm } from '../support/token-client.js';

const DAY = 86_400_000;

let service: TestApplication;
const log: string[] = [];

beforeAll(async () => {
  service = await startTestApplication({ settings: { LOG_LEVEL: 'warn' }, log: (line) => log.push(line) });
  await service.company('acme');
  await service.company('birch');
});
afterAll(() => service.close());
afterEach(() => vi.restoreAllMocks());

const issue = (expires: Date | null = null, name = 'Okta'): Promise<IssuedToken> =>
  service.tokens.issueToken('acme', { name, dialect: 'strict', scopes: ['scim:read'], expires });
const find = async (id: string): Promise<AccessToken> =>
  (await service.tokens.listTokens('acme')).find((token) => token.id === id)!;
const use = async (secret: string, client: string): Promise<number> => {
  const headers = { authorization: `Bearer ${secret}`, 'user-agent': client };
  return (await service.scim().send({ method: 'GET', path: '/Groups?count=1', headers })).status;
};

/** Waits until the token has a last use. */
async function whenUsed(id: string): Promise<AccessToken> {
  for (const end = Date.now() + 15_000; Date.now() < end; await sleep(50)) {
    const token = await find(id);
    if (token.lastUsed !== null) return token;
  }
  throw new Error('the use was not written');
}

async function asOwner(text: string, ...values: unknown[]): Promise<void> {
  const owner = new pg.Client(service.database.url);
  await owner.connect();
  await owner.query(text, values);
  await owner.end();
}

describe('the last use of a token', () => {
  it('is kept with the client, cleaned and cut, and of no other token', async () => {
    const { id, secret } = await issue();
    const other = await issue();
    expect(await find(id)).toMatchObject({ lastUsed: null, client: null });
    expect(await use(secret, `Azure\t\u00e9\u009b-SCIM ${'x y '.repeat(50)}`)).toBe(200);
    const { lastUsed, client } = await whenUsed(id);
    expect(Math.abs(Date.parse(lastUsed!) - Date.now())).toBeLessThan(20_000);
    expect(client).toBe(`Azure \u00e9 -SCIM ${'x y '.repeat(50)}`.slice(0, 99) + '…');
    expect(await find(other.id)).toMatchObject({ lastUsed: null });
  });

  it('is kept without a token or an address that stands in the name of the client', async () => {
    const { id, secret } = await issue();
    expect(await use(secret, `curl ${secret} of ada@example.com`)).toBe(200);
    expect(await whenUsed(id)).toMatchObject({ client: 'curl … of …' });
  });

  it('is written once a minute at most, whatever the number of requests and processes', async () => {
    const { id, secret } = await issue();
    const transaction = service.app.get(CompanyTransaction);
    const statements = vi.spyOn(transaction, 'runOutsideCompany');
    await Promise.all(Array.from({ length: 20 }, () => use(secret, 'first')));
    const { lastUsed } = await whenUsed(id);
    await use(secret, 'second');
    await sleep(1500);
    const written = statements.mock.calls.filter(([{ text }]) => text.includes('note_token_uses'));
    expect(written).toHaveLength(1);
    // Another process, which has not seen it lately.
    const note = {
      text: 'SELECT note_token_uses($1, $2)',
      values: [
        [id, '999999'],
        ['other', null],
      ],
    };
    await transaction.runOutsideCompany(note);
    expect(await find(id)).toMatchObject({ lastUsed, client: 'first' });
    await asOwner("UPDATE token_activity SET last_used = last_used - interval '61 seconds'");
    await transaction.runOutsideCompany(note);
    expect(await find(id)).toMatchObject({ client: 'other' });
  });

  it('that can not be written fails no request', async () => {
    const { id, secret } = await issue();
    await asOwner('ALTER FUNCTION note_token_uses(bigint[], text[]) RENAME TO away');
    try {
      expect(await use(secret, 'client')).toBe(200);
      await sleep(1500);
      expect(await use(secret, 'client')).toBe(200);
    } finally {
      await asOwner('ALTER FUNCTION away(bigint[], text[]) RENAME TO note_token_uses');
    }
    expect(await find(id)).toMatchObject({ lastUsed: null });
  });
});

describe('the warning of an end', () => {
  it('names company and credential, once a day', async () => {
    const { id } = await issue(new Date(Date.now() + 9.5 * DAY), 'Entra ID');
    const warnings = service.app.get(ExpiryWarnings);
    const told = (): object[] =>
      log
        .map((line) => JSON.parse(line) as { credentialId?: string })
        .filter(({ credentialId }) => credentialId === id);
    await warnings.check();
    await warnings.check();
    expect(told()).toEqual([
      expect.objectContaining({
        level: 40,
        company: 'acme',
        credential: 'Entra ID',
        daysLeft: 10,
        lastUsed: null,
        msg: `a token expires soon, in 10 days; give its client another one: npm run rollcall -- token renew acme ${id}`,
      }),
    ]);
    await asOwner('UPDATE token_activity SET warned_on = warned_on - 1 WHERE token_id = $1', id);
    await warnings.check();
    expect(told()).toHaveLength(2);
  });

  it('is given at the next look where the journal could not take it, which has it once then', async () => {
    const { slug } = await service.company();
    const expires = new Date(Date.now() + 5 * DAY);
    const { id } = await service.tokens.issueToken(slug, { ...ofClient, expires });
    const store = service.app.get(AccessTokensStore);
    const admin = await service.database.superuser();
    await admin.query('ALTER FUNCTION record_expiring(jsonb) RENAME TO away');
    try {
      await expect(store.claimExpiryWarnings()).rejects.toThrow('record_expiring');
    } finally {
      await admin.query('ALTER FUNCTION away(jsonb) RENAME TO record_expiring');
    }
    expect(await store.claimExpiryWarnings()).toContainEqual(expect.objectContaining({ id, company: slug }));
    await store.claimExpiryWarnings();
    const { rows } = await admin.query(
      "SELECT detail FROM activity WHERE operation = 'credential.expiring' AND detail->>'id' = $1",
      [id],
    );
    expect(rows).toEqual([{ detail: { id, name: ofClient.name, expires: expires.toISOString() } }]);
  });

  it.each(['token', 'client secret'])('is not given for a %s that has a successor', async (kind) => {
    const { slug } = await service.company();
    const soon = new Date(Date.now() + 5 * DAY);
    const later = new Date(Date.now() + 100 * DAY);
    const store = service.app.get(AccessTokensStore);
    const expiring = async (): Promise<object> => {
      const administration = await Administration.open(service.database.url);
      try {
        const { expiringCredentials } = await administration.companies.showCompany(slug);
        return {
          told: (await store.claimExpiryWarnings()).filter(({ company }) => company === slug).length,
          month: (await store.countExpiring()).find(({ days }) => days === 30)?.credentials,
          expiringCredentials,
        };
      } finally {
        await administration.close();
      }
    };
    await store.claimExpiryWarnings();
    const { month: before } = (await expiring()) as { month: number };
    const none = { told: 0, month: before, expiringCredentials: 0 };
    const one = { told: 1, month: before + 1, expiringCredentials: 1 };
    if (kind === 'token') {
      const { id } = await service.tokens.issueToken(slug, { ...ofClient, expires: soon });
      // Neither is one that ends earlier, may do less, or has another name.
      await service.tokens.issueToken(slug, { ...ofClient, scopes: ['scim:read'], expires: later });
      await service.tokens.issueToken(slug, { ...ofClient, name: 'other', expires: later });
      expect(await expiring()).toEqual(one);
      const { issued } = await service.tokens.renewToken(slug, id, { expires: null, overlapDays: 3 });
      expect(await expiring()).toEqual(none);
      await service.tokens.revokeToken(slug, issued.id);
    } else {
      const client = await makeClient(service.clients, slug, { secretExpires: soon });
      const granted = await postForm(
        `${service.origin}/oauth/token`,
        { grant_type: 'client_credentials' },
        { authorization: basic(client.id, client.secret) },
      );
      expect(granted.status).toBe(200);
      expect(await expiring()).toEqual(one);
      const rotation = { expires: later, overlapDays: 3 };
      const { issued } = await service.clients.rotateSecret(slug, client.id, rotation);
      expect(await expiring()).toEqual(none);
      await service.clients.revokeSecret(slug, client.id, issued.id);
    }
    await asOwner('UPDATE token_activity SET warned_on = warned_on - 1');
    await asOwner('UPDATE oauth_client_secrets SET warned_on = warned_on - 1');
    expect(await expiring()).toMatchObject({ ...one, told: 1 });
  });

  it('that can not be asked for is no matter', async () => {
    vi.spyOn(service.app.get(AccessTokensStore), 'claimExpiryWarnings').mockRejectedValue(new Error('gone'));
    await service.app.get(ExpiryWarnings).check();
  });
});

describe('renewing a token', () => {
  it('makes one that may do the same, while the old one ends after the overlap', async () => {
    const { id, secret } = await issue(null, 'Entra ID');
    const renewal = { expires: new Date(Date.now() + 100 * DAY), overlapDays: 7 };
    const { issued, old } = await service.tokens.renewToken('acme', id, renewal);
    expect(issued).toMatchObject({
      name: 'Entra ID',
      dialect: 'strict',
      scopes: ['scim:read'],
      daysLeft: 100,
    });
    expect(issued.id).not.toBe(id);
    expect(old).toMatchObject({ id, daysLeft: 7, revoked: null });
    expect(await Promise.all([use(secret, 'a'), use(issued.secret, 'a')])).toEqual([200, 200]);
  });

  it('never lets the old one live longer, and ends it at once without an overlap', async () => {
    const expires = new Date(Date.now() + 2 * DAY);
    const { id, secret } = await issue(expires);
    const { old } = await service.tokens.renewToken('acme', id, { expires: null, overlapDays: 7 });
    expect(old.expires).toBe(expires.toISOString());
    const renewed = await service.tokens.renewToken('acme', id, { expires: null, overlapDays: 0 });
    expect(renewed.issued.expires).toBeNull();
    expect(await Promise.all([use(secret, 'a'), use(renewed.issued.secret, 'a')])).toEqual([401, 200]);
  });

  it('keeps the user that it stands for', async () => {
    const { slug } = await service.company();
    const own = service.scim((await service.tokens.issueToken(slug, ofClient)).secret);
    const { body } = await own.post('/Users', { userName: 'ada' });
    const user = await service.tokens.issueToken(slug, { ...ofClient, user: 'ada' });
    const { issued } = await service.tokens.renewToken(slug, user.id, { expires: null, overlapDays: 1 });
    expect(issued.user).toBe(body.id);
    expect((await service.scim(issued.secret).get('/Users')).status).toBe(403);
  });

  it.each([
    ['of another company', 'birch', 'Okta', /has no token/],
    ['that was revoked', 'acme', 'revoked', /was revoked/],
    ['that a start would replace', 'acme', 'bootstrap', /BOOTSTRAP_TOKEN/],
  ])('refuses one %s, and makes none', async (_what, slug, name, reason) => {
    const { id } = await issue(null, name);
    if (name === 'revoked') await service.tokens.revokeToken('acme', id);
    const before = (await service.tokens.listTokens('acme')).length;
    const renewed = service.tokens.renewToken(slug, id, { expires: null, overlapDays: 7 });
    await expect(renewed).rejects.toThrow(reason);
    expect(await service.tokens.listTokens('acme')).toHaveLength(before);
  });
});

const ofClient = {
  name: 'client',
  dialect: 'lenient',
  scopes: ['scim:read', 'scim:write'],
  expires: null,
} as const;
