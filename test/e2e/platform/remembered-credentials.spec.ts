import pg from 'pg';
import { vi } from 'vitest';
import { type AccessScope } from '../../../src/access/credential.js';
import { Administration } from '../../../src/administration/administration.js';
import { CompanyTransaction } from '../../../src/persistence/transaction/company-transaction.js';
import { type AdminAnswer } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { PlatformClient } from '../../support/platform-client.js';

const UNKNOWN = '0000000000000001';

let service: TestApplication;
let administration: Administration;
let admin: pg.Client;

beforeAll(async () => {
  service = await startTestApplication({ settings: { PLATFORM_RATE_LIMIT: '1000000' } });
  administration = await Administration.open(service.database.url);
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await admin.end();
  await administration.close();
  await service.close();
});

/** A credential for a company of its own, and who asks with it whether Ada is in the group. */
interface Asking {
  readonly slug: string;
  readonly credential: string;
  readonly client: PlatformClient;
  readonly pair: { readonly user: string; readonly group: string };
}

/** A secret, and how its credential ends. */
interface Ended {
  readonly secret: string;
  readonly end: () => Promise<unknown>;
}

async function asking(companies: 'one' | 'all' = 'one'): Promise<Asking> {
  const company = await service.company();
  const scim = await company.client();
  const user = String((await scim.post('/Users', { userName: 'ada' })).body.id);
  const made = await scim.post('/Groups', { displayName: 'Finance', members: [{ value: user }] });
  const { id, secret } = await administration.platformCredentials.issue({
    name: 'gateway',
    scopes: ['check', 'search'],
    companies: companies === 'all' ? null : [company.slug],
    expires: null,
  });
  const client = new PlatformClient(service, `Bearer ${secret}`);
  return { slug: company.slug, credential: id, client, pair: { user, group: String(made.body.id) } };
}

/** Requests that end at different places: in a transaction, in its pipes, and where nothing is read. */
const REQUESTS: readonly [what: string, send: (asking: Asking) => Promise<AdminAnswer>][] = [
  [
    'a check',
    ({ client, slug, pair }) =>
      client.get(`/companies/${slug}/check?${new URLSearchParams(pair).toString()}`),
  ],
  [
    'checks',
    ({ client, slug, pair }) => client.send('POST', `/companies/${slug}/checks`, { checks: [pair] }),
  ],
  ['a check of nobody', ({ client, slug }) => client.get(`/companies/${slug}/check?user=x`)],
  [
    'groups of an unknown user',
    ({ client, slug }) => client.get(`/companies/${slug}/users/${UNKNOWN}/effective-groups`),
  ],
];
const BEFORE = [200, 200, 400, 404];

async function statusesOf(asked: Asking): Promise<number[]> {
  const statuses: number[] = [];
  for (const [, send] of REQUESTS) statuses.push((await send(asked)).status);
  return statuses;
}

const ENDINGS: readonly [what: string, end: (asking: Asking) => Promise<unknown>, status: number][] = [
  ['it is revoked', ({ credential }) => administration.platformCredentials.revoke(credential), 401],
  [
    'it has expired',
    ({ credential }) =>
      admin.query("UPDATE platform_credentials SET expires = now() - interval '1 s' WHERE id = $1", [
        credential,
      ]),
    401,
  ],
  [
    'the company is taken from it',
    ({ credential }) =>
      admin.query('DELETE FROM platform_credential_companies WHERE credential_id = $1', [credential]),
    404,
  ],
  [
    'the company is removed',
    async ({ slug }) => {
      await service.lifecycle.deleteCompany(slug, 0);
      await service.purge.purgeCompany(slug);
    },
    404,
  ],
];

describe.each(ENDINGS)('when %s', (_what, end, status) => {
  it.each(REQUESTS.map(([what], index) => [what, index] as const))(
    '%s is refused at once',
    async (_request, index) => {
      const asked = await asking();
      expect(await statusesOf(asked)).toEqual(BEFORE);
      await end(asked);
      expect((await REQUESTS[index]![1](asked)).status).toBe(status);
      expect(await statusesOf(asked)).toEqual(REQUESTS.map(() => status));
    },
  );
});

it('of a company that is suspended, nobody is a member from then on', async () => {
  const asked = await asking('all');
  expect((await REQUESTS[0]![1](asked)).body).toEqual({ member: true });
  await service.lifecycle.suspendCompany(asked.slug);
  expect((await REQUESTS[0]![1](asked)).body).toEqual({ member: false, reason: 'suspended' });
  await service.lifecycle.resumeCompany(asked.slug);
  expect((await REQUESTS[0]![1](asked)).body).toEqual({ member: true });
});

it('a credential is remembered for the company that was named, and for no other', async () => {
  const [ours, theirs] = [await asking(), await asking()];
  expect((await REQUESTS[0]![1](ours)).status).toBe(200);
  const { status } = await REQUESTS[0]![1]({ ...ours, slug: theirs.slug });
  expect(status).toBe(404);
});

it.each(REQUESTS.map(([what], index) => [what, index] as const))(
  'a credential whose use was noted meanwhile is looked up once more, and the question is answered (%s)',
  async (_request, index) => {
    const asked = await asking();
    const before = await REQUESTS[index]![1](asked);
    expect(before.status).toBe(BEFORE[index]);
    await admin.query('UPDATE platform_credentials SET last_used = now() WHERE id = $1', [asked.credential]);
    const { status, body } = await REQUESTS[index]![1](asked);
    expect([status, body]).toEqual([before.status, before.body]);
  },
);

it.each(['one', 'all'] as const)('what a transaction answers needs no look-up (%s)', async (companies) => {
  const asked = await asking(companies);
  await statusesOf(asked);
  // The use is noted a second later, in the row of the credential.
  await vi.waitFor(
    async () => {
      const { lastUsed } = await administration.platformCredentials.show(asked.credential);
      expect(lastUsed).not.toBeNull();
    },
    { timeout: 20_000, interval: 200 },
  );
  await statusesOf(asked);
  const spy = vi.spyOn(service.app.get(CompanyTransaction), 'runOutsideCompany');
  const lookUps = (): number =>
    spy.mock.calls.filter(([{ name }]) => name === 'find_platform_credential').length;
  const [[, check], [, checks], [, malformed]] = REQUESTS as [
    (typeof REQUESTS)[number],
    (typeof REQUESTS)[number],
    (typeof REQUESTS)[number],
  ];
  for (const send of [check, checks]) expect((await send(asked)).status).toBe(200);
  expect(lookUps()).toBe(0);
  // Nothing was read for it, so that it is looked up whether the credential may ask at all.
  expect((await malformed(asked)).status).toBe(400);
  expect(lookUps()).toBe(1);
});

describe('a credential that was remembered, and may not ask what it asks', () => {
  const token = async (slug: string, scopes: readonly AccessScope[]): Promise<Ended> => {
    const issued = await service.tokens.issueToken(slug, {
      name: 't',
      dialect: 'lenient',
      scopes,
      expires: null,
    });
    return { secret: issued.secret, end: () => service.tokens.revokeToken(slug, issued.id) };
  };
  const check = (slug: string): string => `/companies/${slug}/check?user=${UNKNOWN}&group=${UNKNOWN}`;

  it.each<[what: string, make: (slug: string) => Promise<Ended>, status: number, path: typeof check]>([
    [
      'a credential of a platform without the scope',
      async (slug) => {
        const named = { name: 'gateway', scopes: ['search'], companies: [slug], expires: null } as const;
        const { id, secret } = await administration.platformCredentials.issue(named);
        return { secret, end: () => administration.platformCredentials.revoke(id) };
      },
      403,
      check,
    ],
    ['a token that may not read', (slug) => token(slug, ['scim:write']), 403, check],
    ['a token of another company', (slug) => token(slug, ['scim:read']), 404, () => check('elsewhere')],
  ])('is 401 as soon as it is revoked: %s', async (_what, make, status, path) => {
    const { slug } = await service.company();
    const { secret, end } = await make(slug);
    const client = new PlatformClient(service, `Bearer ${secret}`);
    for (let each = 0; each < 2; each += 1) expect((await client.get(path(slug))).status).toBe(status);
    await end();
    const refused = await client.get(path(slug));
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('error="invalid_token"');
  });
});
