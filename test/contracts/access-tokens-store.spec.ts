import { randomBytes } from 'node:crypto';
import { hashAccessToken } from '../../src/access/access-token.js';
import { type CallerCompany, type Credential } from '../../src/access/credential.js';
import { type NewToken } from '../../src/administration/token-administration.js';
import { type CredentialStores } from './credential-stores.js';
import { CREDENTIAL_STORES } from './store-implementations.js';
import { titled } from '../support/titled.js';

const HOUR = 3_600_000;

let stores: CredentialStores;
let company: CallerCompany;

async function issue(token: Partial<NewToken> = {}): Promise<{ id: string; hash: Buffer }> {
  const { id, secret } = await stores.issueToken(company.slug, {
    name: 'Okta',
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    expires: null,
    ...token,
  });
  return { id, hash: hashAccessToken(secret) };
}

const find = (hash: Buffer): Promise<Credential | undefined> => stores.tokens.findByHash(hash);

describe.each(titled(CREDENTIAL_STORES, 'name'))('%s', (_, { open }) => {
  beforeAll(async () => {
    stores = await open();
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    company = await stores.company();
  });

  it('finds each token by its hash, with all that it allows', async () => {
    const client = await issue();
    const reader = await issue({ name: 'Reader', dialect: 'strict', scopes: ['scim:read'] });
    const credential = {
      id: client.id,
      name: 'Okta',
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
      company,
    };
    expect(await find(client.hash)).toStrictEqual(credential);
    const other = { id: reader.id, name: 'Reader', dialect: 'strict', scopes: ['scim:read'], company };
    expect(await find(reader.hash)).toStrictEqual(other);
  });

  it('knows no other hash, of whatever length', async () => {
    const { hash } = await issue();
    for (const other of [
      randomBytes(32),
      Buffer.alloc(0),
      hash.subarray(0, 31),
      Buffer.concat([hash, hash]),
    ]) {
      expect(await find(other)).toBeUndefined();
    }
  });

  it('names the user that a token stands for', async () => {
    const userId = await stores.user(company);
    const { hash } = await issue({ user: userId });
    expect(await find(hash)).toMatchObject({ userId, company });
    expect(await find((await issue()).hash)).not.toHaveProperty('userId');
  });

  it('leaves out a token that is expired or revoked, and no other', async () => {
    const expired = await issue({ expires: new Date(Date.now() - HOUR) });
    const valid = await issue({ expires: new Date(Date.now() + HOUR) });
    const revoked = await issue();
    expect(await find(revoked.hash)).toMatchObject({ id: revoked.id });
    await stores.revokeToken(company.slug, revoked.id);
    expect(await find(expired.hash)).toBeUndefined();
    expect(await find(revoked.hash)).toBeUndefined();
    expect(await find(valid.hash)).toMatchObject({ id: valid.id });
  });

  it('tells of a token that is expired or revoked whose it was, and of no other', async () => {
    const expires = new Date(Date.now() - HOUR);
    const [expired, valid, revoked, both] = [
      await issue({ name: 'okta', expires }),
      await issue({ expires: new Date(Date.now() + HOUR) }),
      await issue({ name: 'entra' }),
      await issue({ name: 'both', expires }),
    ];
    for (const { id } of [revoked, both]) await stores.revokeToken(company.slug, id);
    const known = { company: company.slug };
    const refused = (hash: Buffer): Promise<unknown> => stores.tokens.findRefused(hash);
    expect(await refused(expired.hash)).toEqual({
      ...known,
      id: expired.id,
      name: 'okta',
      reason: 'expired',
      since: expires,
    });
    const since = expect.any(Date);
    expect(await refused(revoked.hash)).toEqual({
      ...known,
      id: revoked.id,
      name: 'entra',
      reason: 'revoked',
      since,
    });
    expect(await refused(both.hash)).toMatchObject({ name: 'both', reason: 'revoked' });
    expect(await refused(valid.hash)).toBeUndefined();
    expect(await refused(randomBytes(32))).toBeUndefined();
    await stores.deleteCompany(company.slug);
    expect(await refused(revoked.hash)).toBeUndefined();
  });

  it('has the settings of the company as they are now, and no token once it is deleted', async () => {
    const { hash } = await issue();
    const settings = { duplicateGroupNames: true, unknownMembers: 'ignore' } as const;
    await stores.changeCompany(company.slug, settings);
    expect(await find(hash)).toMatchObject({ company: { ...company, settings } });
    await stores.deleteCompany(company.slug);
    expect(await find(hash)).toBeUndefined();
  });

  it('says whether the company is suspended, and that of no other', async () => {
    const { hash } = await issue();
    const other = await stores.company();
    await stores.suspendCompany(other.slug);
    expect(await find(hash)).toMatchObject({ company: { suspended: false } });
    await stores.suspendCompany(company.slug);
    expect(await find(hash)).toMatchObject({ company: { id: company.id, suspended: true } });
  });

  it('gives the tokens that expire within 30 days once a day, those first that end first', async () => {
    const inDays = (days: number): Promise<{ id: string }> =>
      issue({ name: `${days} days`, expires: new Date(Date.now() + days * 24 * HOUR) });
    await stores.tokens.claimExpiryWarnings();
    const soon = await inDays(29);
    const sooner = await inDays(1);
    await inDays(31);
    await inDays(-1);
    await issue();
    await stores.revokeToken(company.slug, (await inDays(2)).id);
    const [first, second, ...others] = await stores.tokens.claimExpiryWarnings();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ id: sooner.id, name: '1 days', company: company.slug, lastUsed: null });
    expect(first?.expires.getTime()).toBeGreaterThan(Date.now());
    expect(second).toMatchObject({ id: soon.id });
    expect(await stores.tokens.claimExpiryWarnings()).toEqual([]);
  });

  it('counts the tokens in force that end within 1, 7 and 30 days', async () => {
    const inDays = (days: number): Promise<{ id: string }> =>
      issue({ name: `${days} days`, expires: new Date(Date.now() + days * 24 * HOUR) });
    const counts = async (): Promise<number[]> =>
      (await stores.tokens.countExpiring()).map(({ credentials }) => credentials);
    const before = await counts();
    for (const days of [-1, 0.5, 6, 29, 31]) await inDays(days);
    await stores.revokeToken(company.slug, (await inDays(0.5)).id);
    // Another one has the same name, and ends later.
    await issue({ name: 'renewed', expires: new Date(Date.now() + 24 * HOUR) });
    await issue({ name: 'renewed' });
    await issue();
    expect((await stores.tokens.countExpiring()).map(({ days }) => days)).toEqual([1, 7, 30]);
    expect((await counts()).map((count, index) => count - (before[index] ?? 0))).toEqual([1, 2, 3]);
  });
});
