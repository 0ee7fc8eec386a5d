import type pg from 'pg';
import { Administration } from '../../src/administration/administration.js';
import { type Page } from '../../src/administration/journal/page.js';
import {
  type ActivityFilter,
  selectActivities,
  selectActivity,
  selectFirstMembersOf,
  selectMembersOf,
} from '../../src/persistence/journal/read-activity.js';
import { lastIdAt } from '../../src/scim/id-times.js';
import {
  selectGroups,
  selectGroupsAt,
  selectMembers,
  selectMembersAt,
} from '../../src/persistence/journal/read-history.js';
import { BY_INDEX } from '../../src/persistence/sql/by-index.js';
import { type Statement } from '../../src/persistence/transaction/company-transaction.js';
import { type CompanyScope, makeCompanyScope } from '../../src/scim/company-scope.js';
import { type ExecutedPlan, PlannedStatements } from './recorded-statements.js';
import { delta, StoreRig } from './store-rig.js';

const BARE = { groups: false, manager: false };
const ALONE = { members: false };

let rig: StoreRig;
let administration: Administration;

beforeAll(async () => {
  rig = await StoreRig.open();
  administration = await Administration.open(rig.database.url);
});
afterAll(async () => {
  await administration.close();
  await rig.close();
});

/** The scope of requests that come with a credential. */
function by(scope: CompanyScope, name: string): CompanyScope {
  const request = {
    requestId: `request-of-${name}`,
    started: performance.now(),
    traceId: undefined,
    client: 'Okta SCIM Client 1.0.0',
    surface: 'standard',
    credential: { id: `id-of-${name}`, name },
  };
  return makeCompanyScope({ ...scope, origin: { request, method: 'PATCH' } });
}

async function addUser(scope: CompanyScope, userName: string): Promise<string> {
  return (await rig.users.insert(scope, { userName, displayName: userName.toUpperCase() }, BARE)).id;
}

async function addGroup(
  scope: CompanyScope,
  displayName: string,
  add: readonly string[] = [],
): Promise<string> {
  return (await rig.groups.insert(scope, { displayName }, delta({ add }), ALONE)).group.id;
}

const change = (
  scope: CompanyScope,
  groupId: string,
  members: Parameters<typeof delta>[0],
): Promise<unknown> =>
  rig.groups.update(
    scope,
    groupId,
    { change: (same) => same, membership: delta(members), precondition: undefined },
    ALONE,
  );

/** Writes a request that changed nothing, as those are written that were refused. */
async function refuse({ companyId }: CompanyScope, entry: object): Promise<void> {
  const noted = { company_id: companyId, txn: 'x', operation: 'create', outcome: 'refused', ...entry };
  await rig.admin.query('SELECT note_requests($1)', [JSON.stringify([noted])]);
}

/** All pages of a list, of one element each. */
async function allOf<T>(read: (page: { count: number; cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page<T> = await read({ count: 1, ...(cursor !== undefined && { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(1);
    found.push(...page.items);
    cursor = page.next;
  }
  return found;
}

describe('the journal of a company', () => {
  let scope: CompanyScope;
  let ada: string;
  let ben: string;
  let finance: string;
  let before: Date;
  let between: Date;

  beforeAll(async () => {
    scope = await rig.company();
    // Moments are told apart by milliseconds.
    const pause = (): Promise<unknown> => rig.admin.query('SELECT pg_sleep(0.005)');
    const okta = by(scope, 'Okta');
    await pause();
    before = new Date();
    await pause();
    ada = await addUser(okta, 'ada');
    ben = await addUser(okta, 'ben');
    finance = await addGroup(okta, 'Finance', [ada, ben]);
    await pause();
    between = new Date();
    await pause();
    await change(by(scope, 'Entra'), finance, { remove: [ada] });
    await refuse(scope, {
      status: 409,
      scim_type: 'uniqueness',
      resource_type: 'User',
      credential_id: 'id-of-Okta',
    });
    await rig.users.delete(okta, ben, undefined);
  });

  const operations = async (filter: ActivityFilter): Promise<string[]> =>
    (await administration.activity.list(scope.slug, filter)).items.map(
      ({ operation, display }) => `${operation} ${display}`,
    );

  it('is listed with the newest first, and page by page', async () => {
    const all = ['delete BEN', 'members Finance', 'create null', 'members Finance', 'create Finance'];
    expect(await operations({})).toEqual([...all, 'create BEN', 'create ADA']);
    const pages = await allOf((page) => administration.activity.list(scope.slug, {}, page));
    expect(pages).toEqual((await administration.activity.list(scope.slug, {})).items);
  });

  it('is filtered by each condition, and by several', async () => {
    expect(await operations({ resource: finance })).toHaveLength(3);
    expect(await operations({ member: ada })).toEqual(['members Finance', 'create Finance']);
    expect(await operations({ member: ada, operation: 'members' })).toEqual(['members Finance']);
    expect(await operations({ credential: 'id-of-Entra' })).toEqual(['members Finance']);
    expect(await operations({ operation: 'delete' })).toEqual(['delete BEN']);
    expect(await operations({ outcome: 'refused' })).toEqual(['create null']);
    expect(await operations({ scimType: 'uniqueness' })).toEqual(['create null']);
    expect(await operations({ to: between })).toEqual(['create Finance', 'create BEN', 'create ADA']);
    expect(await operations({ from: between, resource: finance })).toHaveLength(2);
    expect(await operations({ from: before, to: before })).toEqual([]);
    expect(await operations({ member: ada, resource: finance, credential: 'id-of-Okta' })).toEqual([
      'create Finance',
    ]);
  });

  it('tells who removed her from that group', async () => {
    const { items } = await administration.activity.list(scope.slug, {
      resource: finance,
      member: ada,
      operation: 'members',
    });
    expect(items).toEqual([
      expect.objectContaining({
        credentialName: 'Entra',
        client: 'Okta SCIM Client 1.0.0',
        requestId: 'request-of-Entra',
        surface: 'standard',
        resourceId: finance,
        resourceType: 'Group',
        display: 'Finance',
        version: 2,
        attributes: [],
        added: 0,
        removed: 1,
        outcome: 'done',
        member: { value: ada, type: 'User', display: 'ADA' },
      }),
    ]);
    expect(await administration.activity.show(scope.slug, items[0]?.id ?? '')).toEqual(items[0]);
  });

  it('shows the members of an entry page by page, and names those that are gone', async () => {
    const { items } = await administration.activity.list(scope.slug, { resource: finance });
    const created = items.at(-1)?.id ?? '';
    expect(await allOf((page) => administration.activity.members(scope.slug, created, page))).toEqual([
      { value: ada, type: 'User', display: 'ADA', change: 'added' },
      { value: ben, type: 'User', display: 'BEN', change: 'added' },
    ]);
  });

  it('is exported with the oldest first, with members where they are asked for', async () => {
    const exported: unknown[] = [];
    for await (const batch of administration.activity.export(
      scope.slug,
      { resource: finance },
      { members: true },
    ))
      exported.push(...batch.map(({ operation, members }) => [operation, members.length]));
    expect(exported).toEqual([
      ['create', 2],
      ['members', 1],
      ['members', 1],
    ]);
    for await (const batch of administration.activity.export(scope.slug, {}, { members: false }))
      expect(batch.map(({ omittedMembers }) => omittedMembers)).toEqual([0, 0, 2, 1, 0, 1, 0]);
  });

  it('tells who was in a group, and in which groups somebody was, at an instant', async () => {
    const membersAt = (at: Date): Promise<Page<unknown>> =>
      administration.memberships.membersAt(scope.slug, 'finance', at);
    const adaThen = { value: ada, type: 'User', display: 'ADA' };
    const benThen = { value: ben, type: 'User', display: 'BEN' };
    expect((await membersAt(before)).items).toEqual([]);
    expect((await membersAt(between)).items).toEqual([adaThen, benThen]);
    expect((await membersAt(new Date())).items).toEqual([]);
    const pages = await allOf((page) =>
      administration.memberships.membersAt(scope.slug, finance, between, page),
    );
    expect(pages).toEqual([adaThen, benThen]);
    expect((await administration.memberships.groupsAt(scope.slug, 'ada', between)).items).toEqual([
      { value: finance, display: 'Finance' },
    ]);
    expect((await administration.memberships.groupsAt(scope.slug, 'ada', new Date())).items).toEqual([]);
  });

  it('still knows the names of a group that is gone', async () => {
    const okta = by(scope, 'Okta');
    const gone = await addGroup(okta, 'Gone', [ada]);
    const then = new Date();
    await rig.admin.query('SELECT pg_sleep(0.005)');
    await rig.groups.delete(okta, gone, undefined);
    const groups = await administration.memberships.groupsAt(scope.slug, ada, then);
    expect(groups.items).toEqual([{ value: gone, display: 'Gone' }]);
    const members = await administration.memberships.membersAt(scope.slug, gone, then);
    expect(members.items).toEqual([{ value: ada, type: 'User', display: 'ADA' }]);
  });

  it('tells since when and by whom a member is in a group, and that it does not know of earlier ones', async () => {
    const inner = await addGroup(scope, 'Inner');
    const outer = await addGroup(by(scope, 'Entra'), 'Outer', [ada]);
    await change(by(scope, 'Okta'), outer, { add: [inner] });
    await rig.admin.query(
      'DELETE FROM activity_members WHERE group_id = read_resource_id($1) AND member_type = $2',
      [outer, 'U'],
    );
    const { items: entries } = await administration.activity.list(scope.slug, {
      resource: outer,
      member: inner,
    });
    const { items } = await administration.memberships.members(scope.slug, 'outer');
    expect(items).toEqual([
      { value: ada, type: 'User', display: 'ADA', since: expect.any(String), by: null },
      {
        value: inner,
        type: 'Group',
        display: 'Inner',
        since: entries[0]?.at,
        by: {
          activity: entries[0]?.id,
          credentialId: 'id-of-Okta',
          credentialName: 'Okta',
          client: 'Okta SCIM Client 1.0.0',
        },
      },
    ]);
  });

  it('tells since when and by whom somebody is in which groups, page by page', async () => {
    const first = await addGroup(by(scope, 'Entra'), 'First');
    const second = await addGroup(by(scope, 'Entra'), 'Second');
    const cleo = await addUser(scope, 'cleo');
    for (const group of [second, first]) await change(by(scope, `for ${group}`), group, { add: [cleo] });
    const origin = async (resource: string): Promise<object> => {
      const { items } = await administration.activity.list(scope.slug, { resource, member: cleo });
      const [{ id, at, credentialName }] = items as [(typeof items)[0]];
      expect(credentialName).toBe(`for ${resource}`);
      const by = { activity: id, credentialId: `id-of-${credentialName}`, credentialName };
      return { since: at, by: { ...by, client: 'Okta SCIM Client 1.0.0' } };
    };
    const groups = await allOf((page) => administration.memberships.groups(scope.slug, 'cleo', page));
    expect(groups).toEqual([
      { value: first, display: 'First', ...(await origin(first)) },
      { value: second, display: 'Second', ...(await origin(second)) },
    ]);
  });

  it('is closed to other companies', async () => {
    const other = await rig.company();
    const { items } = await administration.activity.list(scope.slug, { resource: finance });
    const created = items[0]?.id ?? '';
    expect((await administration.activity.list(other.slug, { resource: finance })).items).toEqual([]);
    await expect(administration.activity.show(other.slug, created)).rejects.toThrow(/has no entry/);
    const found = await administration.memberships.membersAt(other.slug, finance, new Date());
    expect(found.items).toEqual([]);
    await expect(administration.memberships.groups(other.slug, ada)).rejects.toThrow(/no user/);
  });

  it.each([
    [
      'an instant before the journal',
      () => administration.memberships.membersAt(scope.slug, finance, new Date(0)),
      /goes back to 20/,
    ],
    ['an unknown group', () => administration.memberships.members(scope.slug, 'nobody'), /no group "nobody"/],
    [
      'an unknown user',
      () => administration.memberships.groupsAt(scope.slug, 'nobody', new Date()),
      /no user "nobody"/,
    ],
    ['a broken cursor', () => administration.activity.list(scope.slug, {}, { cursor: 'x' }), /no cursor/],
    ['a count of 0', () => administration.activity.list(scope.slug, {}, { count: 0 }), /from 1 to 1000/],
    [
      'an id of another form',
      () => administration.activity.list(scope.slug, { member: 'ada' }),
      /16 hexadecimal/,
    ],
    ['an unknown company', () => administration.activity.list('nowhere', {}), /no company nowhere/],
  ])('refuses %s', async (_what, ask, message) => {
    await expect(ask()).rejects.toThrow(message);
  });

  it('asks for the id where several groups have one name', async () => {
    const several = await rig.company({ duplicateGroupNames: true });
    const first = await addGroup(several, 'Twins');
    await addGroup(several, 'Twins');
    await expect(administration.memberships.members(several.slug, 'Twins')).rejects.toThrow(/several groups/);
    expect((await administration.memberships.members(several.slug, first)).items).toEqual([]);
  });
});

describe('a journal of 20,000 entries that nobody has analysed', () => {
  const SIZE = 20_000;
  /** More than any page of ten needs, and far less than there is. */
  const FEW = 200;
  let client: pg.Client;
  let plans: PlannedStatements;
  let companyId: string;
  let group: string;
  let member: string;
  let middle: Date;
  let entry: string;

  beforeAll(async () => {
    ({ companyId } = await rig.company());
    // Two partitions of months hold them, of 1,000 credentials, 100 groups and 1,000 members.
    await rig.admin.query(
      `CREATE TEMPORARY TABLE made AS
       SELECT n, first_resource_id(now() + interval '1 month' + n * interval '2 minutes') + n AS id,
         1000 + n % 100 AS group_id, 5000 + n % 1000 AS member_id
       FROM generate_series(1, $1::int) n`,
      [SIZE],
    );
    await rig.admin.query(
      `INSERT INTO activity (company_id, id, txn, credential_id, credential_name, operation, outcome, status, scim_type,
         resource_type, resource_id, display, version, attributes, added, removed)
       SELECT $1, id, n, n % 1000, 'c', CASE WHEN n % 5000 = 0 THEN 'delete' ELSE 'members' END, CASE WHEN n % 500 = 0 THEN 'refused' ELSE 'done' END, NULL,
         CASE WHEN n % 1000 = 0 THEN 'uniqueness' END, 'Group', group_id, 'g', 1, '{}', 1, 0 FROM made`,
      [companyId],
    );
    await rig.admin.query(
      `INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
       SELECT $1, group_id, id, member_id, 'U', CASE WHEN n / 1000 % 2 = 0 THEN 1 ELSE -1 END FROM made`,
      [companyId],
    );
    const { rows } = await rig.admin.query<{ group: string; member: string; middle: Date; entry: string }>(
      `SELECT format_resource_id(group_id) AS group, format_resource_id(member_id) AS member,
         resource_id_time(id) AS middle, format_resource_id(id) AS entry
       FROM made WHERE n = $1::int - 1500`,
      [SIZE],
    );
    ({ group, member, middle, entry } = rows[0]!);
    client = await rig.asService(companyId);
    await client.query(BY_INDEX.replaceAll('true)', 'false)'));
    plans = new PlannedStatements(client);
  });
  afterAll(() => client.end());

  const page = (filter: ActivityFilter): Statement =>
    selectActivities(companyId, filter, { order: 'newest first', behind: undefined, count: 10 });
  const window = { behind: undefined, count: 10 };

  const STATEMENTS: Readonly<Record<string, () => Statement>> = {
    'the newest': () => page({}),
    'the newest before an entry': () =>
      selectActivities(companyId, {}, { order: 'newest first', behind: entry, count: 10 }),
    'the oldest behind an entry': () =>
      selectActivities(companyId, {}, { order: 'oldest first', behind: entry, count: 10 }),
    'of a resource': () => page({ resource: group }),
    'of a member': () => page({ member }),
    'of a member in a group': () => page({ member, resource: group }),
    'of a member, refused': () => page({ member, outcome: 'refused' }),
    'of a credential': () => page({ credential: '7' }),
    'of a frequent operation': () => page({ operation: 'members', exceptUnchanged: true }),
    'of a rare operation': () => page({ operation: 'delete', exceptUnchanged: true }),
    'of a rare operation before a time': () => page({ operation: 'delete', to: middle }),
    'of an operation that never was': () => page({ operation: 'erase' }),
    'of an operation on a resource': () => page({ operation: 'members', resource: group }),
    'of a frequent operation, refused': () => page({ operation: 'members', outcome: 'refused' }),
    refused: () => page({ outcome: 'refused' }),
    'of a scimType': () => page({ scimType: 'uniqueness' }),
    'between two times': () => page({ from: middle, to: new Date(middle.getTime() + 3_600_000) }),
    'of a resource before a time': () => page({ resource: group, to: middle }),
    'one entry': () => selectActivity(companyId, entry),
    'members of an entry': () => selectMembersOf(companyId, { id: entry, group }, window),
    'members of several entries': () => selectFirstMembersOf(companyId, [{ id: entry, group }], 10),
    'members of a group at an instant': () => selectMembersAt(companyId, group, lastIdAt(middle), window),
    'groups of a member at an instant': () => selectGroupsAt(companyId, member, lastIdAt(middle), window),
    'present groups': () => selectGroups(companyId, member, window),
    'present members': () => selectMembers(companyId, group, window),
  };

  const partitionsOf = ({ indexes }: ExecutedPlan): string[] => [
    ...new Set(indexes.flatMap((name) => /^activity_(\d{6}|default)_pkey$/.exec(name)?.[1] ?? [])),
  ];

  it.each(Object.keys(STATEMENTS))('gives %s by indexes alone, as the role of the service', async (name) => {
    const { scanned, visited } = await plans.explain(STATEMENTS[name]!());
    expect(scanned).toEqual([]);
    expect(visited).toBeLessThan(FEW);
  });

  it('is looked at in the months between two times alone', async () => {
    const month = 31 * 24 * 3_600_000;
    const narrow = await plans.explain(page({ from: middle, to: new Date(middle.getTime() + 1000) }));
    expect(partitionsOf(narrow)).toHaveLength(1);
    const wide = await plans.explain(page({ from: new Date(middle.getTime() - month), to: middle }));
    expect(partitionsOf(wide).length).toBeLessThanOrEqual(3);
  });
});
