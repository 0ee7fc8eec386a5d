import { AccessTokensStore } from '../../src/access/access-tokens.store.js';
import { SilenceWarnings } from '../../src/access/silence-warnings.js';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { runCommand } from '../support/command-line.js';
import { JwtIssuer } from '../support/jwt-issuer.js';
import { eventually } from '../support/webhook-receiver.js';

const lines: string[] = [];
let service: TestApplication;
let admin: AdminClient;
beforeAll(async () => {
  service = await startTestApplication({
    settings: { ADMIN_TOKEN, LOG_LEVEL: 'warn' },
    log: (line) => void lines.push(line),
  });
  admin = new AdminClient(service);
  // It looks by itself from a minute on.
  service.app.get(SilenceWarnings).onModuleDestroy();
});
afterAll(() => service.close());

async function asSuperuser(text: string, ...values: unknown[]): Promise<void> {
  await (await service.database.superuser()).query(text, values);
}

/** A company whose only token was last used so many hours ago; never without a number. */
async function usedBefore(hours?: number): Promise<string> {
  const { slug } = await service.company();
  const issued = await service.tokens.issueToken(slug, {
    name: 'Entra ID',
    dialect: 'lenient',
    scopes: ['scim:read'],
    expires: null,
  });
  if (hours !== undefined) await lastUsed(issued.id, hours);
  return slug;
}

const lastUsed = (token: string, hours: number): Promise<void> =>
  asSuperuser(
    `INSERT INTO token_activity (token_id, last_used) VALUES ($1, now() - $2 * interval '1 hour')
     ON CONFLICT (token_id) DO UPDATE SET last_used = excluded.last_used`,
    token,
    hours,
  );

const claim = async (): Promise<readonly string[]> =>
  (await service.app.get(AccessTokensStore).claimSilences()).map(({ company }) => company);

async function silencesOf(slug: string): Promise<readonly Record<string, unknown>[]> {
  const { body } = await admin.get(`/companies/${slug}/activity?operation=company.silent`);
  return body.items as Record<string, unknown>[];
}

it('a silence of a company that was in use is told once in its journal, and in the log', async () => {
  const silent = await usedBefore(25);
  const busy = await usedBefore(23);
  const unused = await usedBefore();
  const warnings = service.app.get(SilenceWarnings);
  await warnings.check();
  await warnings.check();
  expect(await silencesOf(silent)).toEqual([
    expect.objectContaining({
      operation: 'company.silent',
      outcome: 'done',
      display: silent,
      detail: { hours: 24, lastUsed: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
    }),
  ]);
  for (const slug of [busy, unused]) expect(await silencesOf(slug)).toEqual([]);
  const told = lines.map((line) => JSON.parse(line) as { company?: string; msg: string });
  expect(told.filter(({ company }) => company === silent)).toEqual([
    expect.objectContaining({ msg: expect.stringContaining('no request for 24 hours') }),
  ]);
});

it('a company whose clients sign their tokens is silent too, whether a claim or the issuer names it', async () => {
  const idp = await JwtIssuer.start('https://idp.example/', 'RS256');
  const { slug: named } = await service.company();
  const { slug: own } = await service.company();
  await service.issuers.addIssuer(idp.registration('all', { claim: 'tenant_id' }, 'rollcall'));
  await service.issuers.addIssuer(idp.registration('own', { slug: own }, 'own'));
  for (const sub of ['one', 'other']) {
    const tokens = [
      { aud: 'rollcall', tenant_id: named, sub },
      { aud: 'own', sub },
    ];
    for (const claims of tokens) {
      expect((await service.scim(await idp.sign(claims)).get('/Users')).status).toBe(200);
    }
  }
  await idp.close();
  for (const slug of [named, own]) {
    const used = await eventually(
      async () => (await admin.get(`/companies/${slug}`)).body.lastUsed ?? undefined,
    );
    expect(used).toMatch(/Z$/);
    expect(await claim()).not.toContain(slug);
  }
  await asSuperuser("UPDATE issuer_activity SET last_used = now() - interval '25 hours'");
  expect(await claim()).toEqual(expect.arrayContaining([named, own]));
  expect(await silencesOf(named)).toHaveLength(1);
});

it('the next silence is told again', async () => {
  const slug = await usedBefore(100);
  expect(await claim()).toContain(slug);
  expect(await claim()).not.toContain(slug);
  await asSuperuser(
    `UPDATE token_activity SET last_used = now() - interval '30 hours' WHERE token_id IN (
       SELECT t.id FROM access_tokens t JOIN companies c ON c.id = t.company_id WHERE c.slug = $1)`,
    slug,
  );
  expect(await claim()).toContain(slug);
  expect(await silencesOf(slug)).toHaveLength(2);
});

it('of several that ask at the same time, one is told', async () => {
  const slugs = [await usedBefore(48), await usedBefore(48), await usedBefore(48)];
  const claimed = (await Promise.all(Array.from({ length: 8 }, claim))).flat();
  expect(claimed.filter((slug) => slugs.includes(slug)).sort()).toEqual([...slugs].sort());
  for (const slug of slugs) expect(await silencesOf(slug)).toHaveLength(1);
});

it('a company says after how many hours it is silent, or never', async () => {
  const [patient, quiet] = [await usedBefore(50), await usedBefore(1000)];
  const set = (slug: string, silentAfterHours: number | null): Promise<{ status: number }> =>
    admin.patch(`/companies/${slug}/settings`, { silentAfterHours }, { 'If-Match': '*' });
  expect(await set(patient, 51)).toMatchObject({ status: 200, body: { silentAfterHours: 51 } });
  expect(await set(quiet, null)).toMatchObject({ status: 200, body: { silentAfterHours: null } });
  for (const wrong of [0, 8761, 1.5]) expect((await set(quiet, wrong)).status).toBe(400);
  const none = await claim();
  expect([patient, quiet].filter((slug) => none.includes(slug))).toEqual([]);
  await set(patient, 49);
  expect(await claim()).toEqual([patient]);
});

it('a suspended or deleted company is not expected to send anything', async () => {
  const [suspended, deleted] = [await usedBefore(48), await usedBefore(48)];
  await service.lifecycle.suspendCompany(suspended);
  await service.lifecycle.deleteCompany(deleted, 30);
  const claimed = await claim();
  expect([suspended, deleted].filter((slug) => claimed.includes(slug))).toEqual([]);
});

it('the command line sets after how many hours, and tells of a silence', async () => {
  const slug = await usedBefore(30);
  const rollcall = (...args: string[]): ReturnType<typeof runCommand> =>
    runCommand({ DATABASE_URL: service.database.url }, ...args);
  expect(await rollcall('company', 'set', slug, '--silent-after', '29')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/Silent without a request\s+│ after 29 hours/),
  });
  for (const wrong of ['0', '8761', 'soon']) {
    expect((await rollcall('company', 'set', slug, '--silent-after', wrong)).code).toBe(2);
  }
  expect(await claim()).toEqual([slug]);
  const { out } = await rollcall('activity', 'tail', slug, '--no-follow', '--operation', 'company.silent');
  expect(out).toContain(`Rollcall told that ${slug} has sent no request for 29 hours`);
  const never = await rollcall('company', 'set', slug, '--silent-after', 'never', '--json');
  expect(JSON.parse(never.out)).toMatchObject({ settings: { silentAfterHours: null } });
});

it('that can not be asked for is no matter', async () => {
  vi.spyOn(service.app.get(AccessTokensStore), 'claimSilences').mockRejectedValueOnce(new Error('gone'));
  await service.app.get(SilenceWarnings).check();
});
