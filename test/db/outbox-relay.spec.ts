import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { ADVISORY_LOCK } from '../../src/persistence/database/advisory-locks.js';
import { OutboxRelay } from '../../src/persistence/journal/outbox-relay.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { delta, NO_MEMBER_CHANGE, StoreRig } from './store-rig.js';

const BARE = { groups: false, manager: false };
const LIMIT_MS = 20_000;

let rig: StoreRig;
let company: CompanyScope;
const relays: OutboxRelay[] = [];

beforeAll(async () => {
  rig = await StoreRig.open();
  company = await rig.company();
});
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.onModuleDestroy();
  rig.transaction.onRecorded = () => undefined;
  await rig.admin.query('TRUNCATE outbox, feed');
});
afterAll(() => rig.close());

/** A relay that runs, and is woken by the writes of the rig's stores. */
function start(
  transaction: Pick<StoreRig['transaction'], 'runOutsideCompany'> = rig.transaction,
): OutboxRelay {
  const relay = new OutboxRelay(transaction);
  const wakeOthers = rig.transaction.onRecorded;
  rig.transaction.onRecorded = () => {
    wakeOthers();
    relay.wake();
  };
  relays.push(relay);
  relay.onApplicationBootstrap();
  return relay;
}

async function column(text: string): Promise<unknown[]> {
  const { rows } = await rig.admin.query<{ value: unknown }>(text);
  return rows.map(({ value }) => value);
}

const changes = (): Promise<unknown[]> =>
  column(`SELECT id AS value FROM activity WHERE company_id = ${company.companyId} ORDER BY id`);
const feed = (): Promise<unknown[]> => column('SELECT activity_id AS value FROM feed ORDER BY position');

/** Waits until nothing is left in the outbox. */
async function moved(): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while ((await column('SELECT seq AS value FROM outbox LIMIT 1')).length > 0) {
    if (Date.now() > deadline) throw new Error('the outbox is not empty');
    await sleep(10);
  }
}

const newGroup = (displayName: string): Promise<unknown> =>
  rig.groups.insert(company, { displayName }, NO_MEMBER_CHANGE, { members: false });

it('moves what earlier processes have left, and what each write of this one leaves', async () => {
  const before = (await changes()).length;
  await newGroup('left behind');
  expect(await feed()).toEqual([]);
  start();
  await moved();
  for (const name of ['one', 'two', 'three']) {
    await newGroup(name);
    await moved();
  }
  expect(await feed()).toEqual((await changes()).slice(before));
});

it('finds what another process leaves without waking it', async () => {
  start();
  await rig.admin.query('INSERT INTO outbox (company_id, activity_id) VALUES ($1, 7)', [company.companyId]);
  await moved();
  expect(await feed()).toEqual(['7']);
});

it('moves a backlog batch by batch, in its order', async () => {
  const size = 12_000;
  await rig.admin.query(
    'INSERT INTO outbox (company_id, activity_id) SELECT $1, n FROM generate_series(1, $2::int) n',
    [company.companyId, size],
  );
  start();
  await moved();
  const places = await column('SELECT count(*)::int AS value FROM feed');
  const misplaced = await column(
    `SELECT activity_id AS value FROM (SELECT activity_id, row_number() OVER (ORDER BY position) AS place FROM feed) f
     WHERE activity_id <> place`,
  );
  expect({ places, misplaced }).toEqual({ places: [size], misplaced: [] });
});

it('runs once at a time in a process, and moves nothing twice where several processes are at it', async () => {
  let most = 0;
  let now = 0;
  const counted = {
    runOutsideCompany: async (...call: Parameters<StoreRig['transaction']['runOutsideCompany']>) => {
      most = Math.max(most, ++now);
      try {
        return await rig.transaction.runOutsideCompany(...call);
      } finally {
        now -= 1;
      }
    },
  };
  start(counted);
  start();
  start();
  const before = new Set(await changes());
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; count < 15; count += 1) {
      const { id } = await rig.users.insert(company, { userName: `u${writer}-${count}` }, BARE);
      const named = { displayName: `g${writer}-${count}` };
      const { group } = await rig.groups.insert(company, named, delta({ add: [id] }), { members: false });
      await rig.users.delete(company, id, undefined);
      await rig.groups.delete(company, group.id, undefined);
    }
  };
  await Promise.all([1, 2, 3, 4].map(write));
  await moved();
  const places = await feed();
  expect(new Set(places).size).toBe(places.length);
  expect([...places].sort()).toEqual((await changes()).filter((id) => !before.has(id)).sort());
  const overtaken = await column(
    `SELECT resource_id AS value FROM (
       SELECT a.resource_id, a.id, lag(a.id) OVER (PARTITION BY a.resource_id ORDER BY f.position) AS earlier
       FROM feed f JOIN activity a ON a.company_id = f.company_id AND a.id = f.activity_id) o
     WHERE o.id < o.earlier`,
  );
  expect(overtaken).toEqual([]);
  expect(most).toBe(1);
});

it('says once that it fails, goes on when the database does, and tells how far it is behind', async () => {
  const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  await rig.admin.query('ALTER FUNCTION relay_outbox(integer) RENAME TO relay_outbox_away');
  const relay = start();
  try {
    await newGroup('waiting');
    await sleep(2500);
    expect(await relay.seconds()).toBeGreaterThan(2);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^Changes can't be moved to the feed/)]]);
  } finally {
    await rig.admin.query('ALTER FUNCTION relay_outbox_away(integer) RENAME TO relay_outbox');
    warn.mockRestore();
  }
  await moved();
  expect(await relay.seconds()).toBe(0);
});

it('goes on during a reindex', async () => {
  start();
  const reindex = new pg.Client(rig.database.url);
  await reindex.connect();
  try {
    await reindex.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK.reindex]);
    await newGroup('meanwhile');
    await moved();
  } finally {
    await reindex.end();
  }
});

it('does nothing once it is stopped', async () => {
  const relay = start();
  await relay.onModuleDestroy();
  await newGroup('late');
  relay.wake();
  await sleep(100);
  expect(await feed()).toEqual([]);
});
