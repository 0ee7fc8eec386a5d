import pg from 'pg';
import { MembershipCache, PositionRefusedError, RollcallClient, type SnapshotRecord } from 'rollcall-client';
import { Administration } from '../../src/administration/administration.js';
import { type PlatformScope } from '../../src/access/platform-credentials.store.js';
import { FeedPositions } from '../../src/feed/feed-positions.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimClient } from '../support/scim-client.js';
import { linesInDatabase, linesOf } from './company-copy.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const DAY_MS = 86_400_000;
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let service: TestApplication;
let administration: Administration;
let admin: pg.Client;

beforeAll(async () => {
  service = await startTestApplication({ settings: { PLATFORM_RATE_LIMIT: '1000000' } });
  administration = await Administration.open(service.database.url);
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await administration.close();
  await service.close();
});

interface World {
  readonly slug: string;
  readonly scim: ScimClient;
  /** With a platform credential. */
  readonly rollcall: RollcallClient;
  /** The id of the credential. */
  readonly credential: string;
  /** A token of the company that may read. */
  readonly token: string;
}

async function makeWorld(scopes: readonly PlatformScope[] = ['feed', 'check', 'search']): Promise<World> {
  const company = await service.company();
  const { slug } = company;
  const issued = await administration.platformCredentials.issue({
    name: 'door control',
    scopes,
    companies: [slug],
    expires: null,
  });
  const rollcall = new RollcallClient({ baseUrl: service.origin, token: issued.secret });
  const token = await company.token('lenient', ['scim:read']);
  return { slug, scim: await company.client(), rollcall, credential: issued.id, token };
}

async function create(scim: ScimClient, path: string, resource: object): Promise<string> {
  const { status, body } = await scim.post(path, resource);
  expect(status).toBe(201);
  return (body as { id: string }).id;
}

const createUser = (scim: ScimClient, userName: string, more: object = {}): Promise<string> =>
  create(scim, '/Users', {
    schemas: [USER],
    userName,
    displayName: userName,
    externalId: `e-${userName}`,
    ...more,
  });

const createGroup = (
  scim: ScimClient,
  displayName: string,
  members: readonly string[] = [],
): Promise<string> =>
  create(scim, '/Groups', { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) });

async function patch(scim: ScimClient, path: string, ...Operations: readonly object[]): Promise<void> {
  const { status } = await scim.patch(path, { schemas: [PATCH], Operations });
  expect(status).toBeLessThan(300);
}

const add = (scim: ScimClient, group: string, ...members: readonly string[]): Promise<void> =>
  patch(scim, `/Groups/${group}`, { op: 'add', path: 'members', value: members.map((value) => ({ value })) });

const remove = (scim: ScimClient, group: string, member: string): Promise<void> =>
  patch(scim, `/Groups/${group}`, { op: 'remove', path: `members[value eq "${member}"]` });

/** Brings a cache up to date: by a time at which the feed had everything that was written before. */
async function update({ rollcall, slug }: World, cache: MembershipCache): Promise<void> {
  await vi.waitFor(
    async () => {
      await rollcall.follow(slug, cache, { live: false });
      expect(linesOf(cache.snapshot().records)).toEqual(await linesInDatabase(admin, slug));
    },
    { timeout: 30_000 },
  );
}

it('keeps a copy that equals the tables: users, groups, nested ones, and what is deleted', async () => {
  const world = await makeWorld();
  const { scim, slug, rollcall } = world;
  const [ada, grace] = [await createUser(scim, 'ada'), await createUser(scim, 'grace')];
  const inner = await createGroup(scim, 'Engineering', [ada, grace]);
  const cache = new MembershipCache();
  await update(world, cache);
  const outer = await createGroup(scim, 'Everybody', [inner]);
  const [ben, eve] = [await createUser(scim, 'ben'), await createUser(scim, 'eve', { active: false })];
  await add(scim, inner, ben, eve, outer);
  await remove(scim, inner, grace);
  await patch(scim, `/Groups/${inner}`, { op: 'replace', path: 'displayName', value: 'Engineers' });
  await patch(scim, `/Users/${ada}`, { op: 'replace', path: 'active', value: false });
  await patch(scim, `/Users/${ada}`, { op: 'remove', path: 'externalId' });
  await update(world, cache);
  await scim.delete(`/Users/${ben}`);
  // Told without a user or group.
  await service.lifecycle.suspendCompany(slug);
  await service.lifecycle.resumeCompany(slug);
  const gone = await createGroup(scim, 'Gone', [ada, inner]);
  await scim.delete(`/Groups/${gone}`);
  await scim.put(`/Groups/${outer}`, { schemas: [GROUP], displayName: 'All', members: [{ value: grace }] });
  await update(world, cache);
  const another = new MembershipCache();
  await update(world, another);
  const pairs = [ada, grace, ben, eve].flatMap((user) =>
    [inner, outer, gone].map((group) => ({ user, group })),
  );
  for (const options of [{}, { direct: true }, { includeInactive: true }]) {
    const cached = pairs.map(({ user, group }) => cache.isMember(user, group, options));
    expect(await rollcall.checks(slug, pairs, options)).toEqual(cached);
  }
});

it('takes all members of a change that has no room for them', async () => {
  const world = await makeWorld();
  const { scim } = world;
  const users: string[] = [];
  for (let made = 0; made < 120; made += 1) users.push(await createUser(scim, `user-${made}`));
  const cache = new MembershipCache();
  await update(world, cache);
  const group = await createGroup(scim, 'Everybody', users);
  await update(world, cache);
  expect(cache.directMembers(group).size).toBe(120);
  await scim.delete(`/Groups/${group}`);
  await update(world, cache);
  expect(cache.size).toEqual({ users: 120, groups: 0, memberships: 0 });
});

it('begins again where changes behind its position are kept no longer', async () => {
  const world = await makeWorld();
  const { scim, slug, rollcall } = world;
  const ada = await createUser(scim, 'ada');
  const cache = new MembershipCache();
  await update(world, cache);
  await createGroup(scim, 'Engineering', [ada]);
  await admin.query(
    "UPDATE companies SET created = now() - interval '9 days', journal_since = now() - interval '1 day' WHERE slug = $1",
    [slug],
  );
  const position = service.app.get(FeedPositions).seal({ place: '1', at: new Date(Date.now() - 2 * DAY_MS) });
  const old = new MembershipCache();
  await old.replace({ position, records: inTurn(cache.snapshot().records) });
  await expect(rollcall.changes({ company: slug, after: position }).next()).rejects.toThrow(
    PositionRefusedError,
  );
  await update(world, old);
  expect(old.size).toEqual({ users: 1, groups: 1, memberships: 1 });
  // As behind a new SECRET_KEY.
  const other = new MembershipCache();
  await other.replace({ position: position.toUpperCase(), records: inTurn([]) });
  await update(world, other);
});

it('is let in with a token of the company, and ends where the credential does', async () => {
  const { slug, scim, credential, rollcall, token } = await makeWorld(['feed']);
  const group = await createGroup(scim, 'Engineering', [await createUser(scim, 'ada')]);
  const cache = new MembershipCache();
  await new RollcallClient({ baseUrl: service.origin, token }).follow(slug, cache, { live: false });
  expect(cache.size).toEqual({ users: 1, groups: 1, memberships: 1 });
  const followed = rollcall.follow(slug, cache, { waitSeconds: 1 });
  const ended = expect(followed).rejects.toMatchObject({ name: 'RefusedError', status: 401 });
  await administration.platformCredentials.revoke(credential);
  await ended;
  await expect(rollcall.check(slug, { user: 'x', group })).rejects.toMatchObject({ status: 401 });
});

it('asks the service, by ids and by names, one by one and by thousands', async () => {
  const { slug, scim, rollcall, token } = await makeWorld(['check', 'search']);
  const ada = await createUser(scim, 'ada');
  const gone = await createUser(scim, 'gone', { active: false });
  const inner = await createGroup(scim, 'Engineering', [ada, gone]);
  const outer = await createGroup(scim, 'Everybody', [inner]);
  expect(await rollcall.check(slug, { user: ada, group: outer })).toBe(true);
  expect(await rollcall.check(slug, { user: ada, group: outer }, { direct: true })).toBe(false);
  expect(await rollcall.check(slug, { user: gone, group: inner })).toBe(false);
  expect(await rollcall.check(slug, { user: gone, group: inner }, { includeInactive: true })).toBe(true);
  const byName = { userIdType: 'userName', groupIdType: 'displayName' } as const;
  expect(await rollcall.check(slug, { user: 'ada', group: 'Everybody' }, byName)).toBe(true);
  expect(await rollcall.decide(slug, [{ user: gone, group: inner }])).toEqual([
    { member: false, reason: 'inactive' },
  ]);
  const pairs = Array.from({ length: 2001 }, (_, index) => ({
    user: index === 2000 ? ada : gone,
    group: inner,
  }));
  const answers = await rollcall.checks(slug, pairs);
  expect([answers.length, answers.indexOf(true)]).toEqual([2001, 2000]);
  expect(await rollcall.checks(slug, [])).toEqual([]);
  const subject = { type: 'user', id: ada };
  const isMember = { subject, action: { name: 'member' }, resource: { type: 'group', id: outer } };
  expect(await rollcall.evaluate(isMember, { company: slug })).toMatchObject({ decision: true });
  expect(await new RollcallClient({ baseUrl: service.origin, token }).evaluate(isMember)).toMatchObject({
    decision: true,
  });
  const items = [{ resource: { type: 'group', id: inner } }, { action: { name: 'direct_member' } }];
  const { evaluations } = await rollcall.evaluations({ ...isMember, evaluations: items }, { company: slug });
  expect(evaluations.map(({ decision }) => decision)).toEqual([true, false]);
  const groups: unknown[] = [];
  for await (const { id, type } of rollcall.effectiveGroups(slug, ada)) groups.push([id, type]);
  expect(groups).toEqual([
    [inner, 'direct'],
    [outer, 'indirect'],
  ]);
  const missing = rollcall.check('no-such-company', { user: ada, group: inner });
  await expect(missing).rejects.toMatchObject({
    status: 404,
    detail: 'There is no company no-such-company.',
  });
  await expect(rollcall.effectiveGroups(slug, 'x').next()).rejects.toMatchObject({ status: 404 });
  await expect(rollcall.changes({ company: slug }).next()).rejects.toMatchObject({ status: 403 });
});

async function* inTurn(records: Iterable<SnapshotRecord>): AsyncGenerator<SnapshotRecord> {
  await Promise.resolve();
  yield* records;
}
