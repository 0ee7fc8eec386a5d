import pg from 'pg';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** What the database holds of memberships by itself, whatever a program asks of it. */
let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  admin = await connect(database.adminUrl);
});
afterAll(async () => {
  await admin.end();
  await database.close();
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

async function one(client: pg.Client, text: string, values: unknown[] = []): Promise<string> {
  const { rows } = await client.query<string[]>({ text, values, rowMode: 'array' });
  return rows[0]?.[0] ?? '';
}

let made = 0;

/** A company with two users and two groups, by their keys. */
interface World {
  readonly company: string;
  readonly users: readonly [string, string];
  readonly groups: readonly [string, string];
}

async function newWorld(): Promise<World> {
  const company = await one(admin, 'INSERT INTO companies (slug, name) VALUES ($1, $1) RETURNING id', [
    `m${++made}`,
  ]);
  const user = (name: string): Promise<string> =>
    one(
      admin,
      `INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
       VALUES ($1, '{}', '{}', $2, $2, $2) RETURNING id`,
      [company, name],
    );
  const group = (name: string): Promise<string> =>
    one(
      admin,
      `INSERT INTO groups (company_id, attributes, search, display_name, display_name_key)
       VALUES ($1, '{}', '{}', $2, $2) RETURNING id`,
      [company, name],
    );
  return {
    company,
    users: [await user('ada'), await user('bob')],
    groups: [await group('staff'), await group('board')],
  };
}

/** A session with the rights of the service for one company. */
async function serviceOf({ company }: World): Promise<pg.Client> {
  const client = await connect(database.adminUrl);
  await client.query(
    `SELECT set_config('role', 'rollcall_service', false), set_config('rollcall.company_id', $1, false)`,
    [company],
  );
  return client;
}

const addUser = (client: pg.Client, company: string, group: string, user: string): Promise<unknown> =>
  client.query(
    'INSERT INTO memberships (company_id, group_id, member_id, member_user_id) VALUES ($1, $2, $3, $3)',
    [company, group, user],
  );
const addGroup = (client: pg.Client, company: string, group: string, member: string): Promise<unknown> =>
  client.query(
    'INSERT INTO memberships (company_id, group_id, member_id, member_group_id) VALUES ($1, $2, $3, $3)',
    [company, group, member],
  );
const remove = (client: pg.Client, table: 'users' | 'groups', id: string): Promise<unknown> =>
  client.query(`DELETE FROM ${table} WHERE id = $1`, [id]);
const membersOf = (company: string): Promise<string> =>
  one(admin, 'SELECT count(*)::text FROM memberships WHERE company_id = $1', [company]);

const BROKEN = { code: '23503', constraint: 'memberships_exist', table: 'memberships' };

/** Whether a session waits for a lock, once it does or has ended. */
async function waits(client: pg.Client, work: Promise<unknown>): Promise<boolean> {
  const pid = (client as unknown as { processID: number }).processID;
  let ended = false;
  work.then(
    () => (ended = true),
    () => (ended = true),
  );
  for (;;) {
    if (ended) return false;
    const state = await one(admin, 'SELECT wait_event_type FROM pg_stat_activity WHERE pid = $1', [pid]);
    if (state === 'Lock') return true;
  }
}

describe('a membership', () => {
  it('has a group and a member that exist, whoever writes it', async () => {
    const { company, users, groups } = await newWorld();
    const other = await newWorld();
    for (const client of [admin, await serviceOf({ company, users, groups })]) {
      await expect(addUser(client, company, groups[0], '1')).rejects.toMatchObject(BROKEN);
      await expect(addUser(client, company, '1', users[0])).rejects.toMatchObject(BROKEN);
      await expect(addUser(client, company, groups[0], other.users[0])).rejects.toMatchObject(BROKEN);
      await expect(addUser(client, company, groups[0], groups[1])).rejects.toMatchObject(BROKEN);
      await expect(addGroup(client, company, groups[0], users[0])).rejects.toMatchObject(BROKEN);
      await expect(addGroup(client, company, groups[0], other.groups[1])).rejects.toMatchObject(BROKEN);
      if (client !== admin) await client.end();
    }
    expect(await membersOf(company)).toBe('0');
  });

  it('is refused with all others of its statement, and where it is changed or copied', async () => {
    const { company, users, groups } = await newWorld();
    await expect(
      admin.query(
        `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
         SELECT $1, $2, u, u FROM unnest($3::bigint[]) u`,
        [company, groups[0], [...users, '1']],
      ),
    ).rejects.toMatchObject(BROKEN);
    expect(await membersOf(company)).toBe('0');
    await addUser(admin, company, groups[0], users[0]);
    for (const change of ['member_id = 1, member_user_id = 1', 'group_id = 1']) {
      await expect(
        admin.query(`UPDATE memberships SET ${change} WHERE company_id = $1`, [company]),
      ).rejects.toMatchObject(BROKEN);
    }
  });

  it('goes with its user, its group, the group that it is, and its company', async () => {
    const fill = async ({ company, users, groups }: World): Promise<void> => {
      for (const group of groups) for (const user of users) await addUser(admin, company, group, user);
      await addGroup(admin, company, groups[0], groups[1]);
    };
    const world = await newWorld();
    const service = await serviceOf(world);
    await fill(world);
    await remove(service, 'users', world.users[0]);
    expect(await membersOf(world.company)).toBe('3');
    await remove(service, 'groups', world.groups[1]);
    expect(await membersOf(world.company)).toBe('1');
    await remove(service, 'groups', world.groups[0]);
    expect(await membersOf(world.company)).toBe('0');
    await service.end();

    const [whole, other] = [await newWorld(), await newWorld()];
    await fill(whole);
    await fill(other);
    const owner = await connect(database.url);
    await owner.query('DELETE FROM companies WHERE id = $1', [whole.company]);
    await owner.end();
    expect(await membersOf(whole.company)).toBe('0');
    expect(await membersOf(other.company)).toBe('5');
  });

  it('keeps the keys of what it names', async () => {
    const { users, groups } = await newWorld();
    for (const [table, id] of [
      ['users', users[0]],
      ['groups', groups[0]],
    ]) {
      for (const change of ['id = 1', 'company_id = company_id + 1']) {
        await expect(admin.query(`UPDATE ${table} SET ${change} WHERE id = $1`, [id])).rejects.toMatchObject({
          code: '23503',
        });
      }
      await admin.query(`UPDATE ${table} SET id = id, version = version + 1 WHERE id = $1`, [id]);
    }
  });
});

type Kind = 'its user' | 'its group' | 'the group that it is';

/** How a membership is written, and what it names removed. */
const PARTS: Readonly<
  Record<Kind, (world: World) => Record<'add' | 'remove', (client: pg.Client) => Promise<unknown>>>
> = {
  'its user': ({ company, users, groups }) => ({
    add: (client) => addUser(client, company, groups[0], users[0]),
    remove: (client) => remove(client, 'users', users[0]),
  }),
  'its group': ({ company, users, groups }) => ({
    add: (client) => addUser(client, company, groups[0], users[0]),
    remove: (client) => remove(client, 'groups', groups[0]),
  }),
  'the group that it is': ({ company, groups }) => ({
    add: (client) => addGroup(client, company, groups[0], groups[1]),
    remove: (client) => remove(client, 'groups', groups[1]),
  }),
};

describe.each(Object.keys(PARTS) as Kind[])('a membership that is written while %s is deleted', (kind) => {
  let world: World;
  let writer: pg.Client;
  let remover: pg.Client;
  let part: ReturnType<(typeof PARTS)[Kind]>;

  beforeEach(async () => {
    world = await newWorld();
    [writer, remover] = [await serviceOf(world), await serviceOf(world)];
    part = PARTS[kind](world);
  });
  afterEach(async () => {
    await Promise.all([writer.end(), remover.end()]);
  });

  it.each(['COMMIT', 'ROLLBACK'])('waits for the deletion, which ends with %s', async (end) => {
    await remover.query('BEGIN');
    await part.remove(remover);
    const added = part.add(writer);
    expect(await waits(writer, added)).toBe(true);
    await remover.query(end);
    if (end === 'COMMIT') await expect(added).rejects.toMatchObject(BROKEN);
    else await added;
    expect(await membersOf(world.company)).toBe(end === 'COMMIT' ? '0' : '1');
  });

  it.each(['COMMIT', 'ROLLBACK'])('is waited for, and goes where it was there, with %s', async (end) => {
    await writer.query('BEGIN');
    await part.add(writer);
    const removed = part.remove(remover);
    expect(await waits(remover, removed)).toBe(true);
    await writer.query(end);
    await removed;
    expect(await membersOf(world.company)).toBe('0');
  });

  it('is refused by a snapshot from before the deletion', async () => {
    await writer.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await writer.query('SELECT count(*) FROM users');
    await part.remove(remover);
    await expect(part.add(writer)).rejects.toMatchObject({ code: '40001' });
  });

  it('is not overlooked by a deletion with a snapshot from before', async () => {
    await remover.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await remover.query('SELECT count(*) FROM memberships');
    await part.add(writer);
    await expect(part.remove(remover)).rejects.toMatchObject({ code: '0A000' });
    await remover.query('ROLLBACK');
    expect(await membersOf(world.company)).toBe('1');
  });
});

it('a session that planned its checks over empty tables looks rows up by their keys', async () => {
  const own = await testDatabase();
  const client = await connect(own.adminUrl);
  try {
    const company = await one(
      client,
      `INSERT INTO companies (slug, name) VALUES ('own', 'own') RETURNING id`,
    );
    await client.query('VACUUM ANALYZE users, groups');
    await expect(addUser(client, company, '1', '1')).rejects.toMatchObject(BROKEN);
    const group = await one(
      client,
      `INSERT INTO groups (company_id, attributes, search, display_name, display_name_key)
       VALUES ($1, '{}', '{}', 'all', 'all') RETURNING id`,
      [company],
    );
    await client.query(
      `INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
       SELECT $1, '{}', '{}', n, n, n FROM generate_series(1, 5000) n`,
      [company],
    );
    const scans = (): Promise<string> =>
      one(client, `SELECT pg_stat_get_xact_numscans('users'::regclass)::text`);
    await client.query('BEGIN');
    const before = await scans();
    await client.query(
      `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
       SELECT company_id, $2, id, id FROM users WHERE company_id = $1`,
      [company, group],
    );
    // The one scan is that of the statement itself.
    expect(Number(await scans()) - Number(before)).toBeLessThanOrEqual(1);
    await client.query('COMMIT');
  } finally {
    await client.end();
    await own.close();
  }
});
