import fc from 'fast-check';
import pg from 'pg';
import { vi } from 'vitest';
import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { FeedMirror, tableState } from '../../support/feed-mirror.js';
import { runs } from '../../support/property-runs.js';
import { type ScimClient } from '../../support/scim-client.js';
import { instant, readState } from './restored-company.js';

const USERS = 5;
const GROUPS = 4;

let service: TestApplication;
let admin: AdminClient;
let database: pg.Client;

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN, PLATFORM_RATE_LIMIT: '1000000' } });
  admin = new AdminClient(service);
  database = new pg.Client(service.database.adminUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await service.close();
});

/** A copy of a company, by a snapshot of now. */
async function mirrorOf(slug: string): Promise<FeedMirror> {
  const made = await admin.post('/platform-credentials', { name: slug, scopes: ['feed'], companies: [slug] });
  const mirror = new FeedMirror(`${service.origin}/platform/v1`, made.body.secret as string);
  await mirror.begin(slug);
  return mirror;
}

/** Follows the feed to its end, and compares with the tables. */
async function expectEqual(mirror: FeedMirror, slug: string): Promise<void> {
  const isSent = async (): Promise<void> =>
    expect((await database.query('SELECT FROM outbox LIMIT 1')).rowCount).toBe(0);
  await vi.waitFor(isSent, { timeout: 30_000 });
  while ((await mirror.follow(0)).more);
  const query = (text: string, values: string[]): Promise<{ rows: { line: string }[] }> =>
    database.query<{ line: string }>(text, values);
  expect(mirror.company(slug).state()).toEqual(await tableState(query, slug));
}

interface Model {
  readonly client: ScimClient;
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** A request of an identity provider; what names something that is gone is refused. */
type Step = (model: Model) => Promise<unknown>;

const user = fc.nat(USERS - 1);
const group = fc.nat(GROUPS - 1);
/** Users first, then groups. */
const members = fc.uniqueArray(fc.nat(USERS + GROUPS - 1), { maxLength: 6 });

const valuesOf = ({ users, groups }: Model, indexes: readonly number[]): { value: string }[] =>
  indexes.map((index) => ({ value: [...users, ...groups][index]! }));

const change = (op: 'add' | 'remove' | 'replace'): fc.Arbitrary<Step> =>
  fc.tuple(group, members).map(
    ([index, some]) =>
      (model: Model) =>
        model.client.patch(`/Groups/${model.groups[index]}`, [
          { op, path: 'members', value: valuesOf(model, some) },
        ]),
  );

const steps: fc.Arbitrary<Step> = fc.oneof(
  user.map((index) => (model: Model) => model.client.delete(`/Users/${model.users[index]}`)),
  group.map((index) => (model: Model) => model.client.delete(`/Groups/${model.groups[index]}`)),
  change('add'),
  change('remove'),
  change('replace'),
  fc.tuple(group, members).map(
    ([index, some]) =>
      (model: Model) =>
        model.client.put(`/Groups/${model.groups[index]}`, {
          displayName: `Group ${index}`,
          members: valuesOf(model, some),
        }),
  ),
  fc.tuple(user, fc.boolean()).map(
    ([index, value]) =>
      ({ client, users }: Model) =>
        client.patch(`/Users/${users[index]}`, [{ op: 'replace', path: 'active', value }]),
  ),
);

async function build(slug: string, memberships: readonly (readonly number[])[]): Promise<Model> {
  const client = await (await service.company(slug)).client();
  const users: string[] = [];
  for (let index = 0; index < USERS; index += 1) {
    const { body } = await client.post('/Users', { userName: `user${index}`, active: index % 2 === 0 });
    users.push(body.id as string);
  }
  const groups: string[] = [];
  for (let index = 0; index < GROUPS; index += 1) {
    groups.push((await client.post('/Groups', { displayName: `Group ${index}` })).body.id as string);
  }
  const model = { client, users, groups };
  for (const [index, some] of memberships.entries()) {
    await client.patch(`/Groups/${groups[index]}`, [
      { op: 'add', path: 'members', value: valuesOf(model, some) },
    ]);
  }
  return model;
}

const history = fc.record({
  memberships: fc.array(members, { minLength: GROUPS, maxLength: GROUPS }),
  before: fc.array(steps, { maxLength: 3 }),
  damage: fc.array(steps, { minLength: 1, maxLength: 8 }),
  further: fc.array(steps, { maxLength: 4 }),
});

it('whatever was deleted or changed, a restore brings the state before it back, with all ids', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(history, async ({ memberships, before, damage, further }) => {
      const slug = `restored-${(made += 1)}`;
      const model = await build(slug, memberships);
      for (const step of before) await step(model);
      const state = await readState(model.client);
      const at = await instant();
      const mirror = await mirrorOf(slug);
      const restore = async (dryRun: boolean): Promise<unknown> => {
        const { status, body } = await admin.post(`/companies/${slug}/restore`, { at, scope: 'all', dryRun });
        expect([status, body.conflicts]).toEqual([200, []]);
        const { dryRun: _dryRun, ...report } = body;
        return report;
      };
      // What came back may be damaged again: the journal of a restore is as good as any.
      for (const some of [damage, further]) {
        for (const step of some) await step(model);
        const planned = await restore(true);
        expect(await restore(false)).toEqual(planned);
        expect(await readState(model.client)).toEqual(state);
        await expectEqual(mirror, slug);
      }
    }),
    runs(6),
  );
});

it('a restore of all groups and users by name is one of all', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(history, async ({ memberships, damage }) => {
      const slug = `named-${(made += 1)}`;
      const model = await build(slug, memberships);
      const state = await readState(model.client);
      const at = await instant();
      for (const step of damage) await step(model);
      for (const scope of [{ users: model.users }, { groups: model.groups }]) {
        expect((await admin.post(`/companies/${slug}/restore`, { at, scope })).status).toBe(200);
      }
      expect(await readState(model.client)).toEqual(state);
    }),
    runs(3),
  );
});
