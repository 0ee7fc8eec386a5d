import { Registry } from 'prom-client';
import { Administration } from '../../../src/administration/administration.js';
import { registerGuards } from '../../../src/metrics/guard-metrics.js';
import { CompanyTransaction } from '../../../src/persistence/transaction/company-transaction.js';
import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { runCommand } from '../../support/command-line.js';
import { insertUsers } from '../../support/insert-resources.js';

let service: TestApplication;
let admin: AdminClient;
let ofAcme: AdminClient;
let reader: AdminClient;

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN } });
  admin = new AdminClient(service);
  await service.company('acme');
  await service.company('birch');
  const administration = await Administration.open(service.database.url);
  const issue = async (scope: string): Promise<AdminClient> => {
    const issued = await administration.adminCredentials.issue({
      name: scope,
      scopes: [scope],
      expires: null,
    });
    return new AdminClient(service, `Bearer ${issued.secret}`);
  };
  [ofAcme, reader] = [await issue('admin:acme'), await issue('admin:read')];
  await administration.close();
});
afterAll(() => service.close());
beforeEach(() => service.guard.setGuard('acme', { mode: 'off' }));

const GUARD = '/companies/acme/guard';
const ANY = { 'If-Match': '*' };

/** A company that loses two of three users; the second deletion is held. */
async function heldCompany(): Promise<{ slug: string; path: string; users: readonly string[] }> {
  const company = await service.company();
  const users = await insertUsers(service.database, company.slug, 3);
  await service.guard.setGuard(company.slug, { mode: 'hold' });
  const client = await company.client();
  expect((await client.delete(`/Users/${users[0]}`)).status).toBe(204);
  expect((await client.delete(`/Users/${users[1]}`)).status).toBe(429);
  return { slug: company.slug, path: `/companies/${company.slug}/guard`, users };
}

describe('the settings', () => {
  it('are changed by who has read them, a part at a time', async () => {
    const read = await admin.get(GUARD);
    expect(read.body).toMatchObject({ mode: 'off', windowMinutes: 60, users: { percent: 10, min: 25 } });
    const tag = read.headers['etag']!;
    const changes = { mode: 'hold', windowMinutes: 120, users: { percent: 5 }, group: { min: 7 } };
    const changed = await admin.patch(GUARD, changes, { 'If-Match': tag });
    expect(changed.body).toMatchObject({
      mode: 'hold',
      windowMinutes: 120,
      users: { percent: 5, min: 25 },
      memberships: { percent: 20, min: 100 },
      group: { percent: 50, min: 7 },
      held: null,
    });
    expect((await admin.patch(GUARD, changes)).status).toBe(428);
    expect((await admin.patch(GUARD, changes, { 'If-Match': tag })).status).toBe(412);
    expect((await admin.patch(GUARD, { mode: 'warn' }, { 'If-Match': changed.headers['etag'] })).status).toBe(
      200,
    );
    const { items } = (await admin.get('/companies/acme/activity?operation=settings&count=1')).body;
    expect(items[0]).toMatchObject({
      attributes: ['guard.mode'],
      detail: { settings: { guard: { mode: 'warn' } } },
    });
  });

  it.each([
    [{ mode: 'never' }, '#/mode'],
    [{ windowMinutes: 0 }, '#/windowMinutes'],
    [{ windowMinutes: 1441 }, '#/windowMinutes'],
    [{ users: { percent: 0 } }, '#/users/percent'],
    [{ users: { percent: 101 } }, '#/users/percent'],
    [{ group: { min: 1.5 } }, '#/group/min'],
    [{ memberships: { min: 1_000_001 } }, '#/memberships/min'],
    [{ memberships: { most: 3 } }, '#/memberships/most'],
    [{ memberships: 3 }, '#/memberships'],
    [{ memberships: [] }, '#/memberships'],
    [{ held: null }, '#/held'],
  ])('are refused where they are none: %j', async (changes, pointer) => {
    const refused = await admin.patch(GUARD, changes, ANY);
    expect([refused.status, refused.body.errors]).toEqual([400, [expect.objectContaining({ pointer })]]);
  });

  it('are the operator’s alone', async () => {
    for (const client of [ofAcme, reader]) {
      expect((await client.patch(GUARD, { mode: 'off' }, ANY)).status).toBe(403);
      expect((await client.post(`${GUARD}/lift`, {})).status).toBe(403);
      expect((await client.post(`${GUARD}/resume`)).status).toBe(403);
      expect((await client.get(GUARD)).status).toBe(200);
    }
    expect((await ofAcme.get('/companies/birch/guard')).status).toBe(404);
  });
});

describe('what is held', () => {
  it('is listed, by company and by user and group', async () => {
    const held = await heldCompany();
    const state = await admin.get(held.path);
    expect(state.body.held).toMatchObject({
      removals: 1,
      rule: { kind: 'users', removed: 2, of: 3, windowMinutes: 60, percent: 10 },
    });
    expect((await reader.get('/holds')).body.items).toContainEqual(
      expect.objectContaining({ slug: held.slug, since: state.body.held.since }),
    );
    expect((await ofAcme.get('/holds')).body).toEqual({ items: [], next: null });
    const { body } = await admin.get(`${held.path}/removals?count=1`);
    expect(body).toMatchObject({
      items: [{ id: held.users[1], type: 'User', display: 'bulk2', operation: 'delete', attempts: 1 }],
      next: null,
    });
  });

  it('is released by a company administrator, and nothing else is', async () => {
    const { slug, path, users } = await heldCompany();
    expect((await reader.post(`${path}/release`, {})).status).toBe(403);
    expect((await ofAcme.post(`${path}/release`, {})).status).toBe(404);
    expect((await ofAcme.post(`${GUARD}/release`, {})).body).toMatchObject({ held: null });
    expect((await admin.post(`${path}/release`, { resources: [users[2]] })).status).toBe(409);
    expect((await admin.post(`${path}/release`, { resources: ['x'] })).status).toBe(400);
    const released = await admin.post(`${path}/release`, { resources: [users[1]] });
    expect(released.body).toMatchObject({
      held: null,
      notice: expect.stringContaining('Restart provisioning'),
    });
    expect((await admin.post(`${path}/lift`, { minutes: 0 })).status).toBe(400);
    const lifted = await admin.post(`${path}/lift`, { minutes: 60 });
    expect(Date.parse(lifted.body.liftedUntil)).toBeGreaterThan(Date.now());
    const { items } = (await admin.get(`/companies/${slug}/activity?operation=guard.released`)).body;
    expect(items).toMatchObject([
      { credentialName: 'ADMIN_TOKEN', detail: { minutes: 60 } },
      { credentialName: 'ADMIN_TOKEN', detail: { resources: 1 } },
    ]);
  });

  it('is guarded again before the time is over for which everything is let through', async () => {
    const { slug, path, users } = await heldCompany();
    await admin.post(`${path}/lift`, { minutes: 60 });
    const resumed = await admin.post(`${path}/resume`);
    expect([resumed.status, resumed.body]).toMatchObject([200, { held: null, liftedUntil: null }]);
    expect((await admin.post(`${path}/resume`)).status).toBe(200);
    const { items } = (await admin.get(`/companies/${slug}/activity?operation=guard.resumed`)).body;
    expect(items).toMatchObject([{ credentialName: 'ADMIN_TOKEN', outcome: 'done' }]);

    const run = (...words: string[]): ReturnType<typeof runCommand> =>
      runCommand({ DATABASE_URL: service.database.url }, ...words);
    expect((await run('guard', 'resume', slug)).error).toContain(
      `The guard of company ${slug} is not lifted`,
    );
    await run('guard', 'release', slug, '--for', '4h');
    expect((await run('guard', 'release', slug)).error).toMatch(
      /is held: everything is let through until .*guard resume/,
    );
    expect((await run('guard', 'resume', slug)).out).not.toContain('let through until');
    expect((await admin.get(path)).body).toMatchObject({ liftedUntil: null });
    const told = await run('activity', 'tail', slug, '--no-follow');
    expect(told.out).toContain(`had the guard count again for ${slug}`);
    expect(users).toHaveLength(3);
  });

  it('is counted by the metric and the doctor, and named by the command line', async () => {
    const { slug, users } = await heldCompany();
    const registry = new Registry();
    registerGuards(registry, service.app.get(CompanyTransaction));
    expect(await registry.metrics()).toMatch(/^rollcall_held_guards [1-9]/m);
    const run = (...words: string[]): ReturnType<typeof runCommand> =>
      runCommand({ DATABASE_URL: service.database.url }, ...words);
    expect((await run('guard', 'list')).out).toContain(slug);
    const shown = await run('guard', 'show', slug);
    expect(shown.out).toContain('2 of 3 users');
    expect(shown.out).toContain('delete user');
    expect((await run('doctor')).out).toMatch(/removals of \d+ compan(y|ies) are held/);
    expect((await run('guard', 'set', slug)).error).toContain('nothing to change');
    expect((await run('guard', 'set', slug, '--users', '200')).error).toContain('from 1 to 100');
    const set = await run(
      'guard',
      'set',
      slug,
      '--users',
      '5,10',
      '--group',
      ',9',
      '--window',
      '2h',
      '--json',
    );
    expect(JSON.parse(set.out)).toMatchObject({
      windowMinutes: 120,
      users: { percent: 5, min: 10 },
      group: { percent: 50, min: 9 },
      held: { removals: 1 },
    });
    expect((await run('guard', 'release', slug, '--only', users[2]!)).error).toContain('Not all of these');
    const both = await run('guard', 'release', slug, '--only', users[1]!, '--for', '1h');
    expect(both.error).toContain('cannot be used with');
    expect((await run('guard', 'release', slug, '--only', users[1]!)).out).toContain('Restart provisioning');
    expect((await run('guard', 'release', slug)).error).toContain(`Nothing of company ${slug} is held`);
    expect((await run('guard', 'release', slug, '--for', '4h')).out).toContain('let through until');
    const told = await run('activity', 'tail', slug, '--no-follow');
    expect(told.out).toContain('2 of 3 users within 60 minutes, so its removals are held');
    expect(told.out).toContain(`released the held removals of ${slug}`);
  });
});
