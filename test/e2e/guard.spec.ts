import pg from 'pg';
import { SURFACES } from '../../src/app.module.js';
import { type GuardChanges } from '../../src/administration/guard.js';
import { GROUP_SCHEMA } from '../../src/protocol/schema/group.schema.js';
import { RequestJournal } from '../../src/scim/request-journal.js';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';
import { PlatformClient } from '../support/platform-client.js';
import { insertUsers } from '../support/insert-resources.js';
import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';

let service: TestApplication;
let admin: pg.Client;

beforeAll(async () => {
  service = await startTestApplication();
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await service.close();
});

/** Limits that nothing in a test reaches. */
const OFF = { percent: 100, min: 1_000_000 };
const member = (value: string): { value: string } => ({ value });

interface Guarded {
  readonly company: TestCompany;
  readonly client: ScimClient;
  readonly users: readonly string[];
  readonly group: string;
}

/** A company of which the first users are members of one group; its guard counts from then on. */
async function guarded(
  counts: { readonly users: number; readonly members?: number },
  changes: GuardChanges = {},
): Promise<Guarded> {
  const company = await service.company();
  const client = await company.client();
  const users = await insertUsers(service.database, company.slug, counts.users);
  const members = users.slice(0, counts.members ?? 0).map(member);
  const { body } = await client.post('/Groups', { displayName: 'all', members });
  await service.guard.setGuard(company.slug, { mode: 'hold', ...changes });
  return { company, client, users, group: String(body.id) };
}

const deactivate = (client: ScimClient, id: string): Promise<ScimAnswer> =>
  client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
const activate = (client: ScimClient, id: string): Promise<ScimAnswer> =>
  client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: true }]);
const takeOut = (client: ScimClient, group: string, ids: readonly string[]): Promise<ScimAnswer> =>
  client.patch(`/Groups/${group}`, [{ op: 'remove', path: 'members', value: ids.map(member) }]);
const putIn = (client: ScimClient, group: string, ids: readonly string[]): Promise<ScimAnswer> =>
  client.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: ids.map(member) }]);

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

const statusesOf = (answers: readonly ScimAnswer[]): number[] => answers.map(({ status }) => status);

async function operationsOf(slug: string): Promise<string[]> {
  const { rows } = await admin.query<{ operation: string }>(
    `SELECT a.operation FROM activity a JOIN companies c ON c.id = a.company_id
     WHERE c.slug = $1 AND a.operation LIKE 'guard.%' ORDER BY a.id`,
    [slug],
  );
  return rows.map(({ operation }) => operation);
}

const memberCount = async ({ client, group }: Guarded): Promise<number> =>
  ((await client.get(`/Groups/${group}`)).body.members as unknown[]).length;

describe('users', () => {
  const LIMITS = { users: { percent: 10, min: 3 }, memberships: OFF, group: OFF };

  it('may be deactivated and deleted up to the percentage, and not beyond it', async () => {
    const { client, users, company } = await guarded({ users: 40 }, LIMITS);
    const answers = await inTurn([0, 1, 2, 3], (index) =>
      index % 2 === 0 ? deactivate(client, users[index]!) : client.delete(`/Users/${users[index]}`),
    );
    expect(statusesOf(answers)).toEqual([200, 204, 200, 204]);
    const refused = await deactivate(client, users[4]!);
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({ 'retry-after': '120', 'rollcall-reason': 'guard' });
    expect(refused.headers['ratelimit']).toBeUndefined();
    expect(refused.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '429',
    });
    expect(refused.body.detail).toContain('5 of 40 users');
    expect(refused.body.detail).toContain('more than 10 %');
    expect(refused.body.detail).toContain(`rollcall guard release ${company.slug}`);
    expect((await client.get(`/Users/${users[4]}`)).body.active).not.toBe(false);
    expect(await operationsOf(company.slug)).toEqual(['guard.held']);
  });

  it('are not judged by the percentage below the least number', async () => {
    const { client, users } = await guarded({ users: 8 }, { ...LIMITS, users: { percent: 1, min: 3 } });
    expect(statusesOf(await inTurn(users.slice(0, 3), (id) => client.delete(`/Users/${id}`)))).toEqual([
      204, 204, 429,
    ]);
  });

  it('are held by more than half of three, and not of two', async () => {
    const three = await guarded({ users: 3 });
    const answers = await inTurn(three.users, (id) => three.client.delete(`/Users/${id}`));
    expect(statusesOf(answers)).toEqual([204, 429, 429]);
    expect(answers[1]?.body.detail).toContain(
      '2 of 3 users would have been gone within 60 minutes, more than half.',
    );
    const two = await guarded({ users: 2 });
    expect(statusesOf(await inTurn(two.users, (id) => two.client.delete(`/Users/${id}`)))).toEqual([
      204, 204,
    ]);
  });

  it('count once where they are deactivated and then deleted, and not where they are activated again', async () => {
    const { client, users } = await guarded({ users: 30 }, LIMITS);
    for (const id of users.slice(0, 3)) {
      expect((await deactivate(client, id)).status).toBe(200);
      expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    }
    const again = await guarded({ users: 30 }, LIMITS);
    for (const id of again.users) {
      expect((await deactivate(again.client, id)).status).toBe(200);
      expect((await activate(again.client, id)).status).toBe(200);
    }
  });

  it('that came meanwhile may go', async () => {
    const { client, company } = await guarded({ users: 4 }, LIMITS);
    const made = await inTurn([1, 2, 3, 4, 5, 6], (n) => client.post('/Users', { userName: `new${n}` }));
    const gone = await inTurn(made, ({ body }) => client.delete(`/Users/${body.id}`));
    expect(statusesOf(gone)).toEqual([204, 204, 204, 204, 204, 204]);
    expect(await operationsOf(company.slug)).toEqual([]);
  });
});

describe('memberships', () => {
  const LIMITS = { users: OFF, memberships: { percent: 20, min: 5 }, group: OFF };

  it('may end up to the percentage of the company, counted over all groups', async () => {
    const company = await guarded({ users: 40, members: 40 }, LIMITS);
    const { client, group, users } = company;
    const other = await client.post('/Groups', { displayName: 'other', members: users.map(member) });
    await service.guard.setGuard(company.company.slug, { mode: 'off' });
    await service.guard.setGuard(company.company.slug, { mode: 'hold' });
    // 80 memberships: 16 are a fifth.
    expect((await takeOut(client, group, users.slice(0, 10))).status).toBe(204);
    expect((await takeOut(client, String(other.body.id), users.slice(0, 6))).status).toBe(204);
    const refused = await takeOut(client, String(other.body.id), users.slice(6, 7));
    expect(refused.status).toBe(429);
    expect(refused.body.detail).toContain('17 of 80 memberships');
    expect(await memberCount(company)).toBe(30);
  });

  it('count what the deletion of users and groups ends', async () => {
    const { client, group, users } = await guarded({ users: 50, members: 50 }, LIMITS);
    expect(statusesOf(await inTurn(users.slice(0, 10), (id) => client.delete(`/Users/${id}`)))).toEqual(
      Array.from({ length: 10 }, () => 204),
    );
    expect((await client.delete(`/Users/${users[10]}`)).status).toBe(429);
    const whole = await guarded({ users: 20, members: 20 }, LIMITS);
    expect((await whole.client.delete(`/Groups/${whole.group}`)).status).toBe(429);
    expect((await client.get(`/Groups/${group}`)).status).toBe(200);
  });

  it('that are there again in the end count nothing', async () => {
    const { client, group, users, company } = await guarded({ users: 20, members: 20 }, LIMITS);
    for (let round = 0; round < 5; round++) {
      const some = users.slice(round * 4, round * 4 + 4);
      expect((await takeOut(client, group, some)).status).toBe(204);
      expect((await putIn(client, group, some)).status).toBe(204);
    }
    const same = { displayName: 'all', members: users.map(member) };
    expect((await client.put(`/Groups/${group}`, same)).status).toBe(200);
    expect(await operationsOf(company.slug)).toEqual([]);
  });

  it('that were added meanwhile may end', async () => {
    const { client, group, users } = await guarded({ users: 60, members: 10 }, LIMITS);
    const added = users.slice(10);
    expect((await putIn(client, group, added)).status).toBe(204);
    expect((await takeOut(client, group, added)).status).toBe(204);
  });
});

describe('the members of a group', () => {
  const LIMITS = { users: OFF, memberships: OFF, group: { percent: 50, min: 4 } };

  it('may go up to half, in one request or in many, by PATCH and by PUT', async () => {
    const one = await guarded({ users: 10, members: 10 }, LIMITS);
    expect((await takeOut(one.client, one.group, one.users.slice(0, 6))).status).toBe(429);
    expect(await memberCount(one)).toBe(10);
    const many = await guarded({ users: 10, members: 10 }, LIMITS);
    const answers = await inTurn(many.users, (id) => takeOut(many.client, many.group, [id]));
    expect(statusesOf(answers)).toEqual([204, 204, 204, 204, 204, 429, 429, 429, 429, 429]);
    const put = await guarded({ users: 10, members: 10 }, LIMITS);
    const keep = (count: number): Promise<ScimAnswer> =>
      put.client.put(`/Groups/${put.group}`, {
        displayName: 'all',
        members: put.users.slice(0, count).map(member),
      });
    expect((await keep(4)).status).toBe(429);
    expect((await put.client.put(`/Groups/${put.group}`, { displayName: 'all' })).status).toBe(429);
  });

  it('of three may go one, and no second; the guard of the next company is its own', async () => {
    const [three, neighbour] = [
      await guarded({ users: 3, members: 3 }),
      await guarded({ users: 3, members: 3 }),
    ];
    expect((await takeOut(three.client, three.group, three.users.slice(0, 1))).status).toBe(204);
    expect((await takeOut(three.client, three.group, three.users.slice(1, 2))).status).toBe(429);
    expect((await takeOut(neighbour.client, neighbour.group, neighbour.users.slice(0, 1))).status).toBe(204);
    expect((await service.guard.showGuard(neighbour.company.slug)).held).toBeNull();
  });

  it('may be exchanged one by one, where they come back', async () => {
    const { client, group, users } = await guarded({ users: 6, members: 6 }, LIMITS);
    for (const id of users) {
      expect((await takeOut(client, group, [id])).status).toBe(204);
      expect((await putIn(client, group, [id])).status).toBe(204);
    }
  });
});

describe('while removals are held', () => {
  async function held(): Promise<Guarded> {
    const company = await guarded({ users: 5, members: 5 });
    expect((await takeOut(company.client, company.group, company.users.slice(0, 3))).status).toBe(429);
    return company;
  }

  it('everything else goes on', async () => {
    const { client, group, users } = await held();
    const made = await client.post('/Users', { userName: 'new' });
    expect(made.status).toBe(201);
    expect((await putIn(client, group, [String(made.body.id)])).status).toBe(204);
    expect((await client.patch(`/Users/${users[0]}`, [{ op: 'add', value: { title: 'Dr' } }])).status).toBe(
      200,
    );
    // Nothing is removed by it.
    expect((await takeOut(client, group, ['0000000000000001'])).status).toBe(204);
    expect((await client.get(`/Groups/${group}`)).status).toBe(200);
    expect((await takeOut(client, group, users.slice(4))).status).toBe(429);
    expect((await deactivate(client, users[0]!)).status).toBe(429);
    expect((await client.delete(`/Users/${users[0]}`)).status).toBe(429);
    expect((await client.delete(`/Groups/${group}`)).status).toBe(429);
  });

  it('lists each with its attempts, and tells the journal once', async () => {
    const { company, client, group, users } = await held();
    const since = (await service.guard.showGuard(company.slug)).held?.since;
    await takeOut(client, group, users.slice(0, 1));
    const again = await client.delete(`/Users/${users[0]}`);
    expect(again.body.detail).toContain(`since ${since?.slice(0, 19)}Z`);
    expect(await service.guard.showGuard(company.slug)).toMatchObject({
      mode: 'hold',
      held: { since, removals: 2, rule: { kind: 'group', removed: 3, of: 5, group } },
    });
    expect(await service.guard.listHeldRemovals(company.slug)).toMatchObject([
      { id: users[0], type: 'User', display: 'bulk1', operation: 'delete', memberships: 1, attempts: 1 },
      { id: group, type: 'Group', display: 'all', operation: 'members', memberships: 1, attempts: 2 },
    ]);
    expect(await operationsOf(company.slug)).toEqual(['guard.held']);
    expect(await service.guard.listHolds()).toContainEqual(
      expect.objectContaining({
        slug: company.slug,
        since,
        rule: expect.objectContaining({ kind: 'group' }),
      }),
    );
  });

  it('tells of attempts with their number', async () => {
    const { company, client, users } = await held();
    for (let attempt = 0; attempt < 3; attempt++) await client.delete(`/Users/${users[0]}`);
    await client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [1, 2, 3].map((index) => ({ method: 'DELETE', path: `/Users/${users[index]}` })),
    });
    await service.app.get(RequestJournal).flush();
    const { rows } = await admin.query<{ operation: string; repeats: number | null }>(
      `SELECT a.operation, sum(coalesce((a.detail->>'repeats')::int, 1))::int AS repeats FROM activity a
       JOIN companies c ON c.id = a.company_id
       WHERE c.slug = $1 AND a.outcome = 'refused' AND a.status = 429 GROUP BY 1 ORDER BY 1`,
      [company.slug],
    );
    expect(rows).toEqual([
      { operation: 'delete', repeats: 6 },
      { operation: 'patch', repeats: 1 },
    ]);
  });

  it('a bulk job carries 429 for the removal alone', async () => {
    const { client, users } = await held();
    const answer = await client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', data: { userName: 'carl' } },
        { method: 'DELETE', path: `/Users/${users[0]}` },
        {
          method: 'PATCH',
          path: `/Users/${users[1]}`,
          data: { Operations: [{ op: 'add', value: { title: 'Dr' } }] },
        },
      ],
    });
    expect(answer.body.Operations).toMatchObject([
      { status: '201' },
      { status: '429', response: { status: '429', detail: expect.stringMatching(/^guard: removals/) } },
      { status: '200' },
    ]);
    expect((await client.get(`/Users/${users[0]}`)).status).toBe(200);
  });

  it('a release lets as much through as before, and what is too much by itself is held again', async () => {
    const { company, client, group, users } = await held();
    expect((await service.guard.releaseHold(company.slug)).held).toBeNull();
    expect((await takeOut(client, group, users.slice(0, 2))).status).toBe(204);
    expect((await takeOut(client, group, users.slice(2, 4))).status).toBe(429);
    expect(await operationsOf(company.slug)).toEqual(['guard.held', 'guard.released', 'guard.held']);
    await expect(service.guard.releaseHold(company.slug, [users[4]!])).rejects.toThrow(
      'Not all of these are held',
    );
  });

  it('a release of what is shown lets that through, uncounted', async () => {
    const { company, client, group, users } = await held();
    const other = await client.post('/Groups', { displayName: 'other', members: users.map(member) });
    await service.guard.releaseHold(company.slug, [group]);
    expect((await takeOut(client, group, users.slice(0, 3))).status).toBe(204);
    expect((await client.delete(`/Groups/${group}`)).status).toBe(204);
    expect((await takeOut(client, String(other.body.id), users.slice(0, 3))).status).toBe(429);
  });

  it('a release for a time lets everything through, uncounted', async () => {
    const { company, client, group, users } = await held();
    expect(await service.guard.liftGuard(company.slug, 30)).toMatchObject({ held: null });
    expect((await client.delete(`/Groups/${group}`)).status).toBe(204);
    expect(statusesOf(await inTurn(users, (id) => client.delete(`/Users/${id}`)))).toEqual([
      204, 204, 204, 204, 204,
    ]);
    await expect(service.guard.liftGuard(company.slug, 1441)).rejects.toThrow('from 1 to 1440');
  });

  it('what is removed after a release for a time was ended is judged, and what went meanwhile is not counted', async () => {
    const { company, client, group, users } = await held();
    await service.guard.liftGuard(company.slug, 30);
    expect((await takeOut(client, group, users.slice(0, 1))).status).toBe(204);
    expect(await service.guard.resumeGuard(company.slug)).toMatchObject({ liftedUntil: null });
    expect((await takeOut(client, group, users.slice(1, 2))).status).toBe(204);
    expect((await client.delete(`/Groups/${group}`)).status).toBe(429);
    expect(await operationsOf(company.slug)).toEqual([
      'guard.held',
      'guard.released',
      'guard.resumed',
      'guard.held',
    ]);
  });

  it('another mode ends the hold', async () => {
    const { company, client, group, users } = await held();
    await service.guard.setGuard(company.slug, { mode: 'off' });
    expect((await takeOut(client, group, users)).status).toBe(204);
    expect(await operationsOf(company.slug)).toEqual(['guard.held', 'guard.released']);
  });
});

it('counts what was removed within the window alone', async () => {
  const company = await service.company();
  const client = await company.client();
  const { rows } = await admin.query<{ id: string; company_id: string }>(
    `WITH made AS (
       INSERT INTO users (company_id, id, attributes, search, user_name_key, display, display_key)
       SELECT c.id, first_resource_id(now() - interval '1 day') + n, d, d, 'old' || n, 'old', 'old'
       FROM companies c, generate_series(1, 3) n CROSS JOIN LATERAL jsonb_build_object('userName', 'old' || n) d
       WHERE c.slug = $1 RETURNING company_id, id
     ), counted AS (
       INSERT INTO resource_counts SELECT company_id, 'User', 0, count(*) FROM made GROUP BY company_id
     ), guarded AS (
       INSERT INTO guards (company_id, mode) SELECT DISTINCT company_id, 'hold' FROM made
     )
     SELECT company_id, format_resource_id(id) AS id FROM made ORDER BY made.id`,
    [company.slug],
  );
  const [first, second, third] = rows.map(({ id }) => id);
  const ofCompany = [rows[0]?.company_id];
  expect((await client.delete(`/Users/${first}`)).status).toBe(204);
  expect((await client.delete(`/Users/${second}`)).status).toBe(429);
  await service.guard.releaseHold(company.slug);
  // As if all that had been two hours ago.
  await admin.query('UPDATE guards SET counted_from = NULL WHERE company_id = $1', ofCompany);
  await admin.query('UPDATE guard_minutes SET minute = minute - 120 WHERE company_id = $1', ofCompany);
  await admin.query(
    `UPDATE activity SET id = id - (7200000::bigint << 22) WHERE company_id = $1 AND resource_type = 'User'`,
    ofCompany,
  );
  expect((await client.delete(`/Users/${second}`)).status).toBe(204);
  expect((await client.delete(`/Users/${third}`)).status).toBe(204);
});

it('warns by default, once, and lets everything through', async () => {
  const { company, client, group, users } = await guarded({ users: 6, members: 6 }, { mode: 'off' });
  await service.guard.setGuard(company.slug, { mode: 'warn' });
  expect((await takeOut(client, group, users.slice(0, 4))).status).toBe(204);
  expect((await client.delete(`/Groups/${group}`)).status).toBe(204);
  expect(await operationsOf(company.slug)).toEqual(['guard.warned']);
  const follower = new PlatformClient(service, `Bearer ${await company.token()}`);
  const path = `/companies/${company.slug}/changes?types=guard.warned&wait=30`;
  const told = (await follower.get(path)).body as unknown as { changes: { type: string; detail: object }[] };
  expect(told.changes).toEqual([
    expect.objectContaining({
      type: 'guard.warned',
      detail: expect.objectContaining({ kind: 'group', removed: 4, of: 6 }) as unknown,
    }),
  ]);
  expect(told.changes[0]).not.toHaveProperty('resource');
  expect((await service.guard.showGuard(company.slug)).warned).not.toBeNull();
  const untouched = await service.company();
  expect(await service.guard.showGuard(untouched.slug)).toEqual({
    mode: 'warn',
    windowMinutes: 60,
    users: { percent: 10, min: 25 },
    memberships: { percent: 20, min: 100 },
    group: { percent: 50, min: 50 },
    held: null,
    liftedUntil: null,
    warned: null,
  });
});

/** How a surface spells changes of a group's members, where it is not as RFC 7644 does. */
interface Spelling {
  readonly groupId?: (id: string) => string;
  readonly member?: (id: string) => object;
  /** Undefined where groups have no PUT. */
  readonly whole?: ((displayName: string, members: readonly object[]) => object) | undefined;
  readonly replace?: (members: readonly object[]) => object;
  readonly remove?: (members: readonly object[]) => readonly object[];
}

const URN = GROUP_SCHEMA.id;
const RFC_7644: Required<Spelling> = {
  groupId: (id) => id,
  member,
  whole: (displayName, members) => ({ schemas: [URN], displayName, members }),
  replace: (value) => ({ op: 'replace', path: 'members', value }),
  remove: (value) => [{ op: 'remove', path: 'members', value }],
};
const SPELLINGS: Readonly<Record<string, Spelling>> = {
  paradigm: { whole: undefined },
  oud: {
    whole: (displayName, members) => ({ schemas: [URN], [URN]: { displayName, members } }),
    replace: (value) => ({ op: 'replace', path: `${URN}:members`, value }),
    remove: (value) => [{ op: 'delete', path: `${URN}:members`, value }],
  },
  strongdm: {
    groupId: (id) => `r-${id}`,
    member: (id) => member(`a-${id}`),
    remove: (members) =>
      members.map((each) => ({
        op: 'remove',
        path: `members[value eq "${(each as { value: string }).value}"]`,
      })),
  },
};

describe.each(SURFACES.map(({ surface }) => [surface.name, surface] as const))('%s', (name, surface) => {
  const clientOf = async ({ company }: Guarded): Promise<ScimClient> =>
    service.scim(await company.token(), `${service.origin}/${surface.mount.replace(/:\w+/, company.slug)}`);

  /** Its type and its parts are those of what the surface answers to an id that it does not know. */
  async function expectOwnForm(client: ScimClient, refused: ScimAnswer, detail: RegExp): Promise<void> {
    const unknown = await client.get('/Users/0000000000000001');
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({
      'rollcall-reason': 'guard',
      'retry-after': '120',
      'content-type': unknown.headers['content-type'],
    });
    expect(refused.text).toMatch(detail);
    expect(Object.keys(refused.body as object)).toEqual(Object.keys(unknown.body as object));
  }

  it('refuses deletions in its own form', async () => {
    const company = await guarded({ users: 3 });
    const client = await clientOf(company);
    const id = async (userName: string): Promise<string> => {
      const { body } = await client.get('/Users');
      const found = (body.Resources as { id: string }[]).find((user) =>
        JSON.stringify(user).includes(JSON.stringify(userName)),
      );
      return found?.id ?? '';
    };
    expect((await client.delete(`/Users/${await id('bulk1')}`)).status).toBeLessThan(300);
    const refused = await client.delete(`/Users/${await id('bulk2')}`);
    await expectOwnForm(client, refused, /2 of 3 users would have been gone/);
    expect((await company.client.get(`/Users/${company.users[1]}`)).status).toBe(200);
  });

  it('refuses PATCH and PUT of a group in its own form, and does nothing of them', async () => {
    const { groupId, member: memberOf, whole, replace, remove } = { ...RFC_7644, ...SPELLINGS[name] };
    const company = await guarded({ users: 6, members: 6 });
    const client = await clientOf(company);
    const path = `/Groups/${groupId(company.group)}`;
    const members = company.users.map(memberOf);
    const requests = [
      () => client.patch(path, remove(members.slice(0, 4))),
      () => client.patch(path, [replace(members.slice(0, 2))]),
      ...(whole
        ? [() => client.put(path, whole('all', [])), () => client.put(path, whole('all', members.slice(5)))]
        : []),
    ];
    for (const request of requests) {
      await expectOwnForm(
        client,
        await request(),
        /\d of 6 (members of a group|memberships) would have been gone/,
      );
      expect(await memberCount(company)).toBe(6);
      await service.guard.releaseHold(company.company.slug);
    }
    if (whole) expect((await client.put(path, whole('all', members))).status).toBe(200);
    expect((await client.patch(path, [replace(members)])).status).toBeLessThan(300);
  });
});
