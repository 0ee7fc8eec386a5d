import pg from 'pg';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

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

const newClient = async (): Promise<ScimClient> => (await service.company()).client();
const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

async function newUser(client: ScimClient, userName: string): Promise<string> {
  const { status, body } = await client.post('/Users', { schemas: [USER], userName });
  expect(status).toBe(201);
  return body.id as string;
}

async function newGroup(client: ScimClient, displayName: string, members: string[] = []): Promise<string> {
  const body = { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) };
  const answer = await client.post('/Groups', body);
  expect(answer.status).toBe(201);
  return answer.body.id as string;
}

const add = (client: ScimClient, group: string, ...members: string[]): Promise<ScimAnswer> =>
  client.patch(`/Groups/${group}`, [
    { op: 'add', path: 'members', value: members.map((value) => ({ value })) },
  ]);
const remove = (client: ScimClient, group: string, member: string): Promise<ScimAnswer> =>
  client.patch(`/Groups/${group}`, [{ op: 'remove', path: `members[value eq "${member}"]` }]);
const membersOf = async (client: ScimClient, group: string): Promise<string[]> =>
  ((await client.get(`/Groups/${group}`)).body.members as { value: string }[])
    .map(({ value }) => value)
    .sort();

function countStatuses(answers: readonly ScimAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Memberships whose group or member is gone, and totals that are not those of the rows. */
async function brokenRows(): Promise<unknown[]> {
  const { rows } = await admin.query(`
    SELECT 'membership' AS what, m.member_id::text AS which FROM memberships m
    WHERE NOT EXISTS (SELECT 1 FROM groups g WHERE g.company_id = m.company_id AND g.id = m.group_id)
      OR NOT EXISTS (SELECT 1 FROM users u WHERE u.company_id = m.company_id AND u.id = m.member_id
                     UNION ALL
                     SELECT 1 FROM groups g WHERE g.company_id = m.company_id AND g.id = m.member_id)
    UNION ALL
    SELECT 'count of ' || c.type, c.company_id::text FROM (
      SELECT company_id, type, sum(count) AS count FROM resource_counts GROUP BY company_id, type) c
    WHERE c.count <> CASE c.type WHEN 'User' THEN (SELECT count(*) FROM users u WHERE u.company_id = c.company_id)
      ELSE (SELECT count(*) FROM groups g WHERE g.company_id = c.company_id) END`);
  return rows;
}

async function deadlocks(): Promise<number> {
  await admin.query('SELECT pg_stat_force_next_flush()');
  await admin.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await admin.query<{ deadlocks: string }>(
    'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
  );
  return Number(rows[0]?.deadlocks);
}

afterEach(async () => {
  expect(await brokenRows()).toEqual([]);
});

describe('writers at once', () => {
  it('GRP-11 50 adds of one member each all succeed and all stay', async () => {
    const client = await newClient();
    const group = await newGroup(client, 'everyone');
    const users = await times(50, (index) => newUser(client, `user-${index}`));
    const answers = await Promise.all(users.map((user) => add(client, group, user)));
    expect(countStatuses(answers)).toEqual({ 204: 50 });
    expect(await membersOf(client, group)).toEqual([...users].sort());
    expect((await client.get(`/Groups/${group}`)).headers.etag).toBe('W/"51"');
  });

  it('GRP-11 adding and removing different members loses nothing', async () => {
    const client = await newClient();
    const users = await times(50, (index) => newUser(client, `user-${index}`));
    const [leaving, coming] = [users.slice(0, 25), users.slice(25)];
    const group = await newGroup(client, 'shift', leaving);
    const answers = await Promise.all([
      ...leaving.map((user) => remove(client, group, user)),
      ...coming.map((user) => add(client, group, user)),
    ]);
    expect(countStatuses(answers)).toEqual({ 204: 50 });
    expect(await membersOf(client, group)).toEqual([...coming].sort());
  });

  it('CRE-25 ERR-07 of 50 POSTs of one userName one succeeds', async () => {
    const client = await newClient();
    const answers = await times(50, (index) =>
      client.post('/Users', { schemas: [USER], userName: index % 2 === 0 ? 'Bjensen' : 'bJENSEN' }),
    );
    expect(countStatuses(answers)).toEqual({ 201: 1, 409: 49 });
    for (const { status, body } of answers) {
      if (status === 409) expect(body).toMatchObject({ scimType: 'uniqueness', status: '409' });
    }
    expect((await client.get('/Users')).body.totalResults).toBe(1);
  });

  it('CRE-25 ERR-07 of 50 POSTs of one displayName one succeeds', async () => {
    const client = await newClient();
    const member = await newUser(client, 'ada');
    const answers = await times(50, () =>
      client.post('/Groups', { schemas: [GROUP], displayName: 'Staff', members: [{ value: member }] }),
    );
    expect(countStatuses(answers)).toEqual({ 201: 1, 409: 49 });
    for (const { status, body } of answers) {
      if (status === 409) expect(body).toMatchObject({ scimType: 'uniqueness', status: '409' });
    }
    expect((await client.get('/Groups')).body.totalResults).toBe(1);
  });

  it('CRE-25 of 20 renames to one userName one succeeds', async () => {
    const client = await newClient();
    const users = await times(20, (index) => newUser(client, `before-${index}`));
    const answers = await Promise.all(
      users.map((id, index) =>
        index % 2 === 0
          ? client.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'after' }])
          : client.put(`/Users/${id}`, { schemas: [USER], userName: 'after' }),
      ),
    );
    expect(countStatuses(answers)).toEqual({ 200: 1, 409: 19 });
  });

  it.each(['Users', 'Groups'])(
    'ETAG-08 of two writers of /%s with one tag one is refused',
    async (endpoint) => {
      const client = await newClient();
      const name = endpoint === 'Users' ? 'userName' : 'displayName';
      const id = await (endpoint === 'Users' ? newUser(client, 'ada') : newGroup(client, 'ada'));
      const schemas = [endpoint === 'Users' ? USER : GROUP];
      for (let round = 0; round < 20; round += 1) {
        const { etag = '' } = (await client.get(`/${endpoint}/${id}`)).headers;
        const answers = await Promise.all([
          client.put(`/${endpoint}/${id}`, { schemas, [name]: `left-${round}` }, { 'If-Match': etag }),
          client.patch(`/${endpoint}/${id}`, [{ op: 'replace', path: name, value: `right-${round}` }], {
            'If-Match': etag,
          }),
        ]);
        const statuses = answers.map(({ status }) => status).sort();
        expect([
          [200, 412],
          [204, 412],
        ]).toContainEqual(statuses);
      }
    },
  );

  it('GRP-11 a member that is deleted while it is added leaves nothing behind', async () => {
    const client = await newClient();
    const groups = await times(2, (index) => newGroup(client, `group-${index}`));
    for (let round = 0; round < 100; round += 1) {
      const [group = '', other = ''] = groups;
      const isGroup = round % 4 === 3;
      const member = await (isGroup ? newGroup(client, `m-${round}`) : newUser(client, `m-${round}`));
      const pause = new Promise((resolve) => setTimeout(resolve, round % 5));
      const [added, deleted, alsoAdded] = await Promise.all([
        add(client, group, member),
        pause.then(() => client.delete(`/${isGroup ? 'Groups' : 'Users'}/${member}`)),
        add(client, other, member),
      ]);
      expect(deleted.status).toBe(204);
      for (const answer of [added, alsoAdded]) {
        expect([204, 400]).toContain(answer.status);
        if (answer.status === 400) expect(answer.body.scimType).toBe('invalidValue');
      }
    }
    for (const group of groups) expect(await membersOf(client, group)).toEqual([]);
  });

  it('a mixed run of 1,500 writes from 20 clients meets no deadlock', async () => {
    const client = await newClient();
    const users = await times(60, (index) => newUser(client, `user-${index}`));
    const groups = await times(12, (index) => newGroup(client, `group-${index}`));
    const before = await deadlocks();
    let seed = 20_260_101;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const pick = (from: readonly string[]): string => from[random(from.length)] ?? '';
    let made = 0;
    /** The one who is to be in it may be deleted meanwhile; then it is somebody else. */
    const newGroupWithSomeone = async (): Promise<string> => {
      for (;;) {
        const members = [{ value: pick(users) }];
        const body = { schemas: [GROUP], displayName: `later-${++made}`, members };
        const answer = await client.post('/Groups', body);
        if (answer.status === 201) return answer.body.id as string;
        expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidValue' });
      }
    };
    const act = async (): Promise<ScimAnswer> => {
      switch (random(10)) {
        case 0: {
          const id = await client.delete(`/Users/${users.splice(random(users.length), 1)[0]}`);
          users.push(await newUser(client, `later-${++made}`));
          return id;
        }
        case 1: {
          // The others are being replaced.
          if (groups.length === 1) break;
          const gone = await client.delete(`/Groups/${groups.splice(random(groups.length), 1)[0]}`);
          groups.push(await newGroupWithSomeone());
          return gone;
        }
        case 2:
        case 3:
          return remove(client, pick(groups), pick(users));
        case 4:
          return add(client, pick(groups), pick(groups));
        case 5:
          return client.patch(`/Users/${pick(users)}`, [
            { op: 'replace', path: 'displayName', value: `n-${++made}` },
          ]);
        case 6:
          return client.put(`/Groups/${pick(groups)}`, {
            schemas: [GROUP],
            displayName: `put-${++made}`,
            members: [pick(users), pick(users), pick(groups)].map((value) => ({ value })),
          });
      }
      return add(client, pick(groups), pick(users), pick(users), pick(users));
    };
    const answers: ScimAnswer[] = [];
    await times(20, async () => {
      for (let turn = 0; turn < 75; turn += 1) answers.push(await act());
    });
    expect(answers).toHaveLength(1500);
    const counts = countStatuses(answers);
    // A target or member may be gone by the time it is named.
    expect(Object.keys(counts).filter((status) => !['200', '204', '400', '404'].includes(status))).toEqual(
      [],
    );
    expect((counts['200'] ?? 0) + (counts['204'] ?? 0)).toBeGreaterThan(1000);
    expect(await deadlocks()).toBe(before);
  }, 120_000);
});
