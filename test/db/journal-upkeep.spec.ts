import pg from 'pg';
import { Administration } from '../../src/administration/administration.js';
import { createLogger } from '../../src/logging/logger.js';
import { ADVISORY_LOCK } from '../../src/persistence/database/advisory-locks.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { JournalSchedule } from '../../src/startup/journal-schedule.js';
import { StoreRig } from './store-rig.js';

const NOTHING = { made: 0, dropped: [], removed: 0, trimmed: 0, moved: 0, strays: 0 };

let rig: StoreRig;
let administration: Administration;
/** Keeps its journal for 400 days. */
let patient: CompanyScope;
/** Keeps it for 30. */
let brief: CompanyScope;

beforeAll(async () => {
  rig = await StoreRig.open();
  administration = await Administration.open(rig.database.url);
  [patient, brief] = [await rig.company(), await rig.company()];
  await administration.companies.setCompany(brief.slug, { journalRetentionDays: 30 });
});
afterAll(async () => {
  await administration.close();
  await rig.close();
});

async function column<T>(text: string, values: unknown[] = []): Promise<T[]> {
  const { rows } = await rig.admin.query<{ value: T }>(text, values);
  return rows.map(({ value }) => value);
}

/** Makes the partitions of the month that was `months` ago. */
async function makeMonth(months: number): Promise<void> {
  await rig.admin.query(`
    DO $$
    DECLARE
      month timestamptz := date_trunc('month', now(), 'UTC') - interval '${months} months';
      parent text;
    BEGIN
      FOREACH parent IN ARRAY ARRAY['activity', 'activity_members'] LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)',
          parent || to_char(month AT TIME ZONE 'UTC', '_YYYYMM'), parent, first_resource_id(month),
          first_resource_id((month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'));
      END LOOP;
    END $$`);
}

/** Writes `count` entries, each with a member and a place in the feed, at a time such as `now() - interval '1 day'`. */
async function write({ companyId }: CompanyScope, time: string, count = 1): Promise<void> {
  await rig.admin.query(
    `WITH made AS (
       INSERT INTO activity (company_id, id, txn, operation, outcome, resource_type, resource_id, added)
       SELECT $1, first_resource_id(${time}) + nextval('resource_ids') % 4194304, '', 'members', 'done', 'Group', 7, 1
       FROM generate_series(1, $2::int) RETURNING company_id, id
     ), members AS (
       INSERT INTO activity_members SELECT company_id, 7, id, 8, 'U', 1 FROM made)
     INSERT INTO feed (company_id, activity_id) SELECT company_id, id FROM made ORDER BY id`,
    [companyId, count],
  );
}

/** How many entries of its data, members and places of the feed a company has. */
async function sizeOf({ companyId }: CompanyScope): Promise<number[]> {
  const [sizes] = await column<number[]>(
    `SELECT ARRAY[(SELECT count(*)::int FROM activity WHERE company_id = $1 AND operation <> 'settings'),
       (SELECT count(*)::int FROM activity_members WHERE company_id = $1),
       (SELECT count(*)::int FROM feed WHERE company_id = $1)] AS value`,
    [companyId],
  );
  return sizes ?? [];
}

const strays = (): Promise<number[]> => column('SELECT count(*)::int AS value FROM activity_default');

it('has nothing to do in a database that is new', async () => {
  expect(await administration.journal.maintain()).toEqual(NOTHING);
});

it('removes what is older than a company keeps, whole months where no company keeps them', async () => {
  for (const months of [1, 2, 3, 16, 17]) await makeMonth(months);
  for (const company of [patient, brief]) {
    await write(company, "now() - interval '16 months'", 3);
    await write(company, "now() - interval '50 days'", 1002);
    await write(company, 'now()', 2);
  }
  const before = new Date();
  const report = await administration.journal.maintain();
  expect(report).toEqual({ ...NOTHING, dropped: expect.any(Array), removed: 1002, trimmed: 3 + 1005 });
  expect(report?.dropped.map((name) => name.replace(/\d+/, ''))).toEqual([
    'activity_',
    'activity_members_',
    'activity_',
    'activity_members_',
  ]);
  expect(await sizeOf(patient)).toEqual([1004, 1004, 1004]);
  expect(await sizeOf(brief)).toEqual([2, 2, 2]);
  const since = await column<Date>('SELECT journal_since AS value FROM companies WHERE id = $1', [
    brief.companyId,
  ]);
  expect(since[0]!.getTime()).toBeLessThanOrEqual(before.getTime());
  expect(await administration.journal.maintain()).toEqual(NOTHING);
});

it('says from when on the journal is whole before it removes anything', async () => {
  await rig.admin.query("UPDATE companies SET journal_since = now() - interval '300 days'");
  await administration.journal.maintain();
  const days = await column<number>(
    `SELECT extract(day FROM now() - journal_since)::int AS value FROM companies ORDER BY id`,
  );
  expect(days).toEqual([300, 30]);
  const early = new Date(Date.now() - 40 * 86_400_000);
  const ask = (slug: string): Promise<unknown> =>
    administration.memberships.membersAt(slug, '0000000000000007', early);
  await expect(ask(brief.slug)).rejects.toThrow(/goes back to/);
  await ask(patient.slug);
});

it('makes partitions for entries that had none, and moves them there', async () => {
  await write(patient, "now() + interval '20 months'", 5);
  const size = await sizeOf(patient);
  expect(await strays()).toEqual([5]);
  expect(await administration.journal.maintain({ most: 4 })).toMatchObject({ moved: 0, strays: 5 });
  const report = await administration.journal.maintain();
  expect(report).toMatchObject({ moved: 5, strays: 0, dropped: [] });
  expect(await strays()).toEqual([0]);
  expect(await sizeOf(patient)).toEqual(size);
  const made = await column<boolean>(
    `SELECT relrowsecurity AND relforcerowsecurity AS value FROM pg_class
     WHERE relispartition AND relkind = 'r' AND right(relname, 6) > to_char(now() + interval '13 months', 'YYYYMM')`,
  );
  expect(made.length).toBeGreaterThanOrEqual(2);
  expect(new Set(made)).toEqual(new Set([true]));
});

it('tells of entries of past months without a partition, and removes them when they are too old', async () => {
  const log: string[] = [];
  const schedule = new JournalSchedule(
    rig.database.url,
    createLogger('warn', { write: (line: string) => void log.push(line) }),
    30,
  );
  await write(brief, "now() - interval '6 months'");
  await write(patient, "now() - interval '6 months'", 2);
  await schedule.look();
  await schedule.stop();
  expect(log.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ strays: 2, msg: expect.stringContaining('rollcall -- maintain') }),
  ]);
  expect((await sizeOf(brief))[0]).toBe(2);
  await rig.admin.query('DELETE FROM activity_default');
});

it('waits for whoever reads, and for no longer than a second at a time', async () => {
  await makeMonth(18);
  const reader = new pg.Client(rig.database.adminUrl);
  await reader.connect();
  await reader.query('BEGIN');
  await reader.query('SELECT 1 FROM activity LIMIT 1');
  const maintaining = administration.journal.maintain();
  try {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    // Who writes meanwhile waits for no longer than that either.
    await write(patient, 'now()');
  } finally {
    await reader.end();
  }
  expect((await maintaining)?.dropped).toHaveLength(2);
});

it('leaves the journal alone while another process looks after it', async () => {
  await rig.admin.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK.journalUpkeep]);
  expect(await administration.journal.maintain()).toBeNull();
  await rig.admin.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK.journalUpkeep]);
});

it('tells for 30 days whom a refused request was to create', async () => {
  const { companyId } = await rig.company();
  for (const [time, outcome, name] of [
    ['29 days', 'refused', 'lately'],
    ['31 days', 'refused', 'before'],
    ['31 days', 'done', 'created'],
  ]) {
    await rig.admin.query(
      `INSERT INTO activity (company_id, id, txn, operation, outcome, resource_type, display)
       VALUES ($1, first_resource_id(now() - $2::interval) + nextval('resource_ids') % 4194304, '', 'create', $3, 'User', $4)`,
      [companyId, time, outcome, name],
    );
  }
  await administration.journal.maintain();
  const names = await column(
    "SELECT display AS value FROM activity WHERE company_id = $1 AND operation = 'create' ORDER BY id",
    [companyId],
  );
  expect(names.sort()).toEqual(['created', 'lately', null]);
});
