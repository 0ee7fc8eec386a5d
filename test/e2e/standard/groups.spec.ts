import pg from 'pg';
import { DIALECTS, startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { createGroup, createUser, groupOf, memberIds, namesWhere, unique } from './messages.js';

let application: TestApplication;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const get = async (path: string): Promise<ScimAnswer['body']> => (await client.get(path)).body;
const change = (id: string, op: string, ...members: string[]): Promise<ScimAnswer> =>
  client.patch(`/Groups/${id}`, [{ op, path: 'members', value: members.map((value) => ({ value })) }]);
const groupsOf = async (id: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    ((await get(`/Users/${id}`)).groups ?? []).map((group: { value: string; type: string }) => [
      group.value,
      group.type,
    ]),
  );

/** Looks past the service, as the superuser. */
async function inDatabase(url: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client(url);
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

describe.each(DIALECTS)('in the %s dialect', (dialect) => {
  beforeAll(async () => {
    client = await (await application.company()).client(dialect);
  });

  it('GRP-02 a member has value, $ref, type and display, whatever was said of it', async () => {
    const user = await createUser(client, { displayName: 'Ann' });
    const inner = await createGroup(client);
    const lies = { $ref: 'https://evil.example/', display: 'Nobody' };
    const group = await createGroup(client, {
      members: [
        { value: user.id, type: 'Group', ...lies },
        { value: inner.id, type: 'User', ...lies },
      ],
    });
    expect((await get(`/Groups/${group.id}`)).members).toEqual([
      { value: user.id, $ref: user.meta.location, display: 'Ann', type: 'User' },
      { value: inner.id, $ref: inner.meta.location, display: inner.displayName, type: 'Group' },
    ]);
  });

  it('GRP-05 the groups of a user follow its memberships', async () => {
    const user = await createUser(client);
    const group = await createGroup(client);
    await change(group.id, 'add', user.id);
    expect((await get(`/Users/${user.id}`)).groups).toEqual([
      { value: group.id, $ref: group.meta.location, display: group.displayName, type: 'direct' },
    ]);
    const name = unique();
    await client.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'displayName', value: name }]);
    expect((await get(`/Users/${user.id}`)).groups[0].display).toBe(name);
    await change(group.id, 'remove', user.id);
    expect(await get(`/Users/${user.id}`)).not.toHaveProperty('groups');
  });

  it('GRP-04 GRP-06 a membership by way of a nested group is indirect', async () => {
    const user = await createUser(client);
    const inner = await groupOf(client, user.id);
    const middle = await groupOf(client, inner.id);
    const outer = await groupOf(client, middle.id);
    expect(await groupsOf(user.id)).toEqual({
      [inner.id]: 'direct',
      [middle.id]: 'indirect',
      [outer.id]: 'indirect',
    });
    await change(outer.id, 'add', user.id);
    expect((await groupsOf(user.id))[outer.id]).toBe('direct');
  });

  it('GRP-04 cycles of groups are accepted, and every read ends', async () => {
    const user = await createUser(client);
    const a = await groupOf(client, user.id);
    const b = await groupOf(client, a.id);
    expect((await change(a.id, 'add', b.id, a.id)).status).toBe(204);
    expect(await memberIds(client, a.id)).toEqual([user.id, b.id, a.id].sort());
    expect(await groupsOf(user.id)).toEqual({ [a.id]: 'direct', [b.id]: 'indirect' });
    expect(await namesWhere(client, '/Users', `groups.value eq "${b.id}"`)).toEqual([user.userName]);
    expect((await client.delete(`/Groups/${a.id}`)).status).toBe(204);
    expect(await memberIds(client, b.id)).toEqual([]);
  });

  it('GRP-11 50 clients that add one member each: none is lost', async () => {
    const own = await (await application.company()).client(dialect);
    const group = await createGroup(own);
    const users = await Promise.all(Array.from({ length: 50 }, () => createUser(own)));
    const answers = await Promise.all(
      users.map(({ id }) =>
        own.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: id }] }]),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(users.map(() => 204));
    expect(await memberIds(own, group.id)).toEqual(users.map(({ id }) => id).sort());
  });

  it('GRP-10 one member comes or goes and no row of another is written', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 40; index++) ids.push((await createUser(client)).id);
    const [last = '', ...others] = ids;
    const group = await groupOf(client, ...others);
    await inDatabase(application.database.adminUrl, async (admin) => {
      /** Where each row lies and which transaction wrote it; an update would move it. */
      const rows = async (): Promise<string[]> =>
        (
          await admin.query<{ row: string }>(
            `SELECT concat_ws(' ', lpad(to_hex(member_id), 16, '0'), ctid, xmin, xmax) AS row
             FROM memberships WHERE group_id = $1::bigint ORDER BY 1`,
            [BigInt(`0x${group.id}`)],
          )
        ).rows.map(({ row }) => row);
      const before = await rows();
      expect(before).toHaveLength(others.length);
      expect((await change(group.id, 'add', last)).status).toBe(204);
      expect((await rows()).filter((row) => !row.startsWith(last))).toEqual(before);
      expect((await change(group.id, 'remove', last)).status).toBe(204);
      expect(await rows()).toEqual(before);
    });
  });

  it('GRP-09 members that are not asked for are not read', async () => {
    const user = await createUser(client);
    const group = await groupOf(client, user.id);
    const path = `/Groups/${group.id}`;
    const filter = encodeURIComponent(`id eq "${group.id}"`);
    await inDatabase(application.database.adminUrl, async (admin) => {
      // Whoever reads a membership now waits, and is refused by the statement's time-out.
      await admin.query('BEGIN; LOCK TABLE memberships IN ACCESS EXCLUSIVE MODE');
      const { members, ...rest } = group;
      expect(members).toHaveLength(1);
      expect((await client.get(`${path}?excludedAttributes=members`)).body).toEqual(rest);
      expect((await client.get(`${path}?attributes=displayName`)).body.displayName).toBe(group.displayName);
      for (const query of ['excludedAttributes=members', 'attributes=displayName']) {
        const { body } = await client.get(`/Groups?${query}&filter=${filter}`);
        expect([body.totalResults, body.Resources[0].displayName]).toEqual([1, group.displayName]);
      }
      const rename = [{ op: 'replace', path: 'externalId', value: unique() }];
      expect((await client.patch(`${path}?excludedAttributes=members`, rename)).status).toBe(200);
      await admin.query('ROLLBACK');
    });
  });

  it('a member that is deleted while it is added is in or out, and never dangles', async () => {
    for (let round = 0; round < 10; round++) {
      const user = await createUser(client);
      const group = await createGroup(client);
      const [added, deleted] = await Promise.all([
        change(group.id, 'add', user.id),
        client.delete(`/Users/${user.id}`),
      ]);
      expect(deleted.status).toBe(204);
      expect([204, 400]).toContain(added.status);
      expect(await memberIds(client, group.id)).toEqual([]);
    }
  });

  it('a group keeps members: [] when it is emptied', async () => {
    const group = await groupOf(client, (await createUser(client)).id);
    await client.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'members', value: [] }]);
    expect((await get(`/Groups/${group.id}`)).members).toEqual([]);
    const [listed] = (await get(`/Groups?filter=id%20eq%20%22${group.id}%22`)).Resources;
    expect(listed.members).toEqual([]);
  });

  it('members by the hundred come and go whole', async () => {
    const own = await (await application.company()).client(dialect);
    const users: ScimAnswer['body'][] = [];
    for (let start = 0; start < 300; start += 50) {
      users.push(...(await Promise.all(Array.from({ length: 50 }, () => createUser(own)))));
    }
    const group = await groupOf(own, ...users.map(({ id }) => id));
    expect(await memberIds(own, group.id)).toEqual(users.map(({ id }) => id).sort());
    const half = users.slice(150).map(({ id }) => ({ value: id }));
    await own.patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members', value: half }]);
    expect(await memberIds(own, group.id)).toEqual(
      users
        .slice(0, 150)
        .map(({ id }) => id)
        .sort(),
    );
  });
});
