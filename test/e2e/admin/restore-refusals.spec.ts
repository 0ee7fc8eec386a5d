import pg from 'pg';
import { COMPANY_LOCK } from '../../../src/persistence/database/advisory-locks.js';
import { ADMIN_TOKEN, AdminClient, type AdminAnswer } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type CommandOutcome, runCommand } from '../../support/command-line.js';
import { type ScimClient } from '../../support/scim-client.js';
import { instant, readState } from './restored-company.js';

const LIMIT = '6';

let service: TestApplication;
let admin: AdminClient;
let owner: pg.Client;

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN, RESTORE_LIMIT: LIMIT } });
  admin = new AdminClient(service);
  owner = new pg.Client(service.database.adminUrl);
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await service.close();
});

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: service.database.url }, ...args);

const restore = (company: string, body: object, as = admin): Promise<AdminAnswer> =>
  as.post(`/companies/${company}/restore`, { scope: 'all', ...body });

async function filled(slug: string, users: number): Promise<{ client: ScimClient; group: string }> {
  const client = await (await service.company(slug)).client();
  const members: { value: string }[] = [];
  for (let index = 0; index < users; index += 1) {
    members.push({ value: (await client.post('/Users', { userName: `user${index}` })).body.id as string });
  }
  const group = (await client.post('/Groups', { displayName: 'Staff', members })).body.id as string;
  return { client, group };
}

describe('a restore is refused', () => {
  let at: string;
  beforeAll(async () => {
    await filled('acme', 1);
    at = await instant();
  });

  it.each([
    ['a company that is not there', 'nobody', {}, 404, /no company nobody/],
    ['a group that nobody knows', 'acme', { scope: { groups: ['Sales'] } }, 404, /no group "Sales"/],
    ['a user that nobody knows', 'acme', { scope: { users: ['eve'] } }, 404, /no user "eve"/],
    ['no instant', 'acme', { at: undefined }, 400, /at is a time/],
    ['an instant to come', 'acme', { at: '2999-01-01T00:00:00Z' }, 400, /has to be in the past/],
    [
      'an instant before the journal',
      'acme',
      { at: '2024-01-01T00:00:00Z' },
      400,
      /journal of acme goes back to/,
    ],
    [
      'a scope of another kind',
      'acme',
      { scope: 'some' },
      400,
      /scope is all, or an object with groups or users/,
    ],
    ['nobody', 'acme', { scope: { users: [] } }, 400, /scope is all/],
    ['both', 'acme', { scope: { users: ['a'], groups: ['b'] } }, 400, /scope is all/],
    ['too many', 'acme', { scope: { users: Array.from({ length: 1001 }, String) } }, 400, /scope is all/],
    ['a name that can not be', 'acme', { scope: { users: ['a\0'] } }, 400, /U\+0000/],
    ['what is not known here', 'acme', { since: 7 }, 400, /since is not known here/],
  ])('for %s', async (_what, company, body, status, detail) => {
    const answer = await restore(company, { at, ...body });
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(detail)]);
  });

  it('for an instant before what is kept of what was deleted', async () => {
    await service.company('old');
    await owner.query("UPDATE companies SET journal_since = now() - interval '1 year' WHERE slug = 'old'");
    const month = new Date(Date.now() - 31 * 86_400_000).toISOString();
    const { status, body } = await restore('old', { at: month });
    expect([status, body.detail]).toEqual([
      400,
      expect.stringMatching(/kept for 30 days \(DELETED_RETENTION_DAYS\)/),
    ]);
    expect((await restore('old', { at: new Date(Date.now() - 29 * 86_400_000).toISOString() })).status).toBe(
      200,
    );
  });

  it('of a deleted company, and not of a paused one', async () => {
    const { client, group } = await filled('paused', 1);
    const before = await instant();
    await client.delete(`/Groups/${group}`);
    await service.lifecycle.pauseCompany('paused', 5);
    expect((await client.delete(`/Groups/${group}`)).status).toBe(429);
    expect((await restore('paused', { at: before })).body.groups.restored).toBe(1);
    await service.lifecycle.deleteCompany('paused', 1);
    expect((await restore('paused', { at: before })).status).toBe(409);
  });

  it('by no guard: it takes members away while removals are held', async () => {
    const { client, group } = await filled('guarded', 4);
    const late = (await client.post('/Groups', { displayName: 'Late' })).body.id as string;
    await admin.patch('/companies/guarded/guard', { mode: 'hold' }, { 'If-Match': '*' });
    const held = async (): Promise<unknown> => (await admin.get('/companies/guarded/guard')).body.held;
    const then = await instant();
    const { members } = (await client.get(`/Groups/${group}`)).body;
    await client.patch(`/Groups/${late}`, [{ op: 'add', path: 'members', value: members }]);
    expect((await client.put(`/Groups/${group}`, { displayName: 'Staff', members: [] })).status).toBe(429);
    expect(await held()).not.toBeNull();
    const { body } = await restore('guarded', { at: then });
    expect([body.memberships, body.groups.changed]).toEqual([{ added: 0, removed: 4 }, 1]);
    expect(await held()).not.toBeNull();
  });

  it('beyond what one may change, and then part by part it is done', async () => {
    const { client, group } = await filled('large', Number(LIMIT));
    const before = await readState(client);
    const then = await instant();
    await client.delete(`/Groups/${group}`);
    for (const dryRun of [true, false]) {
      const { status, body } = await restore('large', { at: then, dryRun });
      expect([status, body.detail]).toEqual([
        400,
        expect.stringMatching(/more than the 6 users.*RESTORE_LIMIT/),
      ]);
    }
    expect((await client.get(`/Groups/${group}`)).status).toBe(404);
    const whole = await rollcall('restore', 'large', '--at', then, '--group', 'Staff');
    expect(whole).toMatchObject({ code: 0, error: '' });
    expect(whole.out).toContain('1 deleted group');
    expect(await readState(client)).toEqual(before);
  });

  it('while another one of the company runs', async () => {
    await owner.query("SELECT pg_advisory_lock($1, hashint8(id)) FROM companies WHERE slug = 'acme'", [
      COMPANY_LOCK.restore,
    ]);
    const { status, body } = await restore('acme', { at });
    await owner.query('SELECT pg_advisory_unlock_all()');
    expect([status, body.detail]).toEqual([409, 'Another restore of company acme is under way.']);
    expect((await restore('acme', { at })).status).toBe(200);
  });
});

it('TEN-02 restores nothing of another company, and finds nothing of it', async () => {
  const [ours, theirs] = [await filled('ours', 2), await filled('theirs', 2)];
  const at = await instant();
  for (const { client, group } of [ours, theirs]) await client.delete(`/Groups/${group}`);
  const foreign = await restore('ours', { at, scope: { groups: [theirs.group] } });
  expect(foreign.body).toMatchObject({ changes: [], conflicts: [] });
  expect((await restore('ours', { at })).body.groups.restored).toBe(1);
  expect((await ours.client.get(`/Groups/${ours.group}`)).status).toBe(200);
  expect((await theirs.client.get(`/Groups/${theirs.group}`)).status).toBe(404);
  expect((await ours.client.get(`/Groups/${theirs.group}`)).status).toBe(404);
});

it('SEC-02 is for operators and administrators of the company', async () => {
  const { client, group } = await filled('roles', 1);
  await service.company('neighbour');
  const at = await instant();
  await client.delete(`/Groups/${group}`);
  const as = async (scope: string): Promise<AdminClient> => {
    const made = await admin.post('/admin-credentials', { name: scope, scopes: [scope] });
    return new AdminClient(service, `Bearer ${made.body.secret}`);
  };
  for (const [scope, status] of [
    ['admin:read', 403],
    ['admin:neighbour', 404],
    ['admin:roles', 200],
    ['admin:write', 200],
  ] as const) {
    expect([scope, (await restore('roles', { at, dryRun: true }, await as(scope))).status]).toEqual([
      scope,
      status,
    ]);
  }
});

describe('the command', () => {
  it('prints what would be done, does it, and says so', async () => {
    const { client, group } = await filled('printed', 3);
    const before = await readState(client);
    const at = await instant();
    await client.delete(`/Groups/${group}`);
    const planned = await rollcall('restore', 'printed', '--at', at, '--all', '--dry-run');
    expect(planned).toMatchObject({ code: 0, error: '' });
    expect(planned.out).toMatch(/│ Group │ Staff │ [0-9a-f]{16} │ comes back │ +│ +│/);
    expect(planned.out).toMatch(/│ Group │ Staff │ [0-9a-f]{16} │ members +│ \+3 +│ -0 +│/);
    expect(planned.out).toContain('Nothing was changed.');
    const asJson = await rollcall('restore', 'printed', '--at', at, '--all', '--dry-run', '--json');
    expect(JSON.parse(asJson.out)).toMatchObject({ dryRun: true, groups: { restored: 1 } });
    const done = await rollcall('restore', 'printed', '--at', at, '--group', 'staff');
    expect(done).toMatchObject({ code: 0, error: '' });
    expect(done.out).toContain(`Company printed was restored as at ${at}: 0 deleted users, 1 deleted group`);
    expect(await readState(client)).toEqual(before);
    const again = await rollcall('restore', 'printed', '--at', at, '--user', 'user0', '--user', 'user1');
    expect(again.out).toContain('0 memberships added and 0 removed in 0 groups');
  });

  it.each([
    [['--all'], 2, /--at/],
    [['--at', '1h'], 2, /one of them/],
    [['--at', '1h', '--all', '--user', 'x'], 2, /one of them/],
    [['--at', 'yesterday', '--all'], 2, /expected a time/],
    [['--at', '3d', '--all'], 1, /journal of acme goes back to/],
  ])('refuses %j', async (options, code, error) => {
    expect(await rollcall('restore', 'acme', ...options)).toMatchObject({
      code,
      error: expect.stringMatching(error),
    });
  });
});
