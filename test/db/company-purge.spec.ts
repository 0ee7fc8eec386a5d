import { Administration } from '../../src/administration/administration.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { uniqueCode, USER_BADGE, withBadges } from '../support/badge.schema.js';
import { dumpDatabase } from '../support/database-dump.js';
import { insertGroups, insertUsers } from '../support/insert-resources.js';
import { delta, StoreRig } from './store-rig.js';

/** More than two batches. */
const MANY = 2100;

let rig: StoreRig;
let administration: Administration;
let ours: CompanyScope;
let theirs: CompanyScope;

/** A company with rows in every table, and many in each large one. */
async function settle(): Promise<CompanyScope> {
  const scope = await rig.company();
  const { slug, companyId } = scope;
  const users = await insertUsers(rig.database, slug, MANY);
  await insertGroups(rig.database, slug, MANY);
  const user = { userName: 'ada', [USER_BADGE]: { code: 'A' } };
  await rig.users.insert(scope, user, { groups: false, manager: false });
  const gone = await rig.users.insert(scope, { userName: 'gone' }, { groups: false, manager: false });
  await rig.users.delete(scope, gone.id, undefined);
  await rig.groups.insert(scope, { displayName: 'All' }, delta({ add: users }), { members: false });
  await administration.tokens.issueToken(slug, {
    name: 'token',
    dialect: 'lenient',
    scopes: ['scim:read'],
    expires: null,
  });
  await rig.admin.query(
    `INSERT INTO unique_values (company_id, attribute, value_hash, group_id)
     SELECT company_id, 'urn:test:number', sha256(id::text::bytea), id FROM groups WHERE company_id = $1`,
    [companyId],
  );
  await rig.admin.query(
    `INSERT INTO guard_minutes (company_id, subject, minute, slot, removed)
     SELECT company_id, id, 1, 0, 1 FROM groups WHERE company_id = $1`,
    [companyId],
  );
  await rig.admin.query(
    `WITH recording AS (INSERT INTO recordings (company_id, ends) VALUES ($1, now()) RETURNING id)
     INSERT INTO recorded_requests (company_id, recording_id, at, request_id, status, head, content)
     SELECT $1, recording.id, now(), n::text, 200, 'sealed', 'sealed' FROM recording, generate_series(1, ${MANY}) n`,
    [companyId],
  );
  await rig.admin.query('INSERT INTO guards (company_id) VALUES ($1) ON CONFLICT DO NOTHING', [companyId]);
  return scope;
}

/** Tables in which the company is the second column. */
const ID_FIRST = ['access_tokens', 'token_issuers'];

/** The lines of the database that are of a company, and the others. */
async function rowsOf({ companyId }: CompanyScope): Promise<{ own: string[]; others: string[] }> {
  const all = await dumpDatabase(rig.database);
  const second = `(${ID_FIRST.join('|')}) \\(\\d+,${companyId},`;
  const first = `(?!(${['migrations', ...ID_FIRST].join('|')}) )\\w+ \\(${companyId},`;
  const own = new RegExp(`^public\\.(${second}|${first})`);
  const isOwn = (line: string): boolean => own.test(line);
  return { own: all.filter(isOwn), others: all.filter((line) => !isOwn(line)) };
}

beforeAll(async () => {
  rig = await StoreRig.open(withBadges([uniqueCode()]));
  administration = await Administration.open(rig.database.url);
  theirs = await settle();
  ours = await settle();
});
afterAll(async () => {
  await administration.close();
  await rig.close();
});

const purge = (slug: string): Promise<void> => administration.purge.purgeCompany(slug);

it('keeps a company that was not deleted, or whose grace is not over', async () => {
  const before = await rowsBesideJournal();
  await expect(purge(ours.slug)).rejects.toThrow(/was not deleted/);
  await administration.lifecycle.deleteCompany(ours.slug, 1);
  await expect(purge(ours.slug)).rejects.toThrow(/can be brought back until/);
  expect(await administration.purge.findDue()).toEqual([]);
  await administration.lifecycle.restoreCompany(ours.slug);
  expect(await rowsBesideJournal()).toEqual(before);
});

async function rowsBesideJournal(): Promise<string[]> {
  const rows = await dumpDatabase(rig.database);
  return rows.filter((line) => !/^public\.(activity|outbox|feed) /.test(line));
}

it('does not bring a company back whose grace is over', async () => {
  const { slug } = await rig.company();
  await administration.lifecycle.deleteCompany(slug, 0);
  for (const late of [
    () => administration.lifecycle.restoreCompany(slug),
    () => administration.lifecycle.deleteCompany(slug, 30),
  ]) {
    await expect(late()).rejects.toThrow(/grace is over/);
  }
  await expect(administration.companies.createCompany(slug, slug)).rejects.toThrow(/not removed yet/);
  expect(await administration.purge.findDue()).toEqual([slug]);
  await purge(slug);
  await administration.companies.createCompany(slug, slug);
});

it('removes all rows of the company, and none of another one', async () => {
  const { own, others } = await rowsOf(ours);
  expect(own.length).toBeGreaterThan(4 * MANY);
  await administration.lifecycle.deleteCompany(ours.slug, 0);
  await Promise.all([purge(ours.slug), purgeBeside(ours.slug)]);
  const after = await rowsOf(ours);
  expect(after.own).toEqual([]);
  expect(after.others).toEqual(others);
  expect(after.others.filter((line) => line.startsWith('public.memberships')).length).toBe(MANY);
  await expect(purge(ours.slug)).rejects.toThrow(/no company/);
  expect((await administration.companies.showCompany(theirs.slug)).users).toBe(MANY + 1);
});

/** Another process that removes the same company at the same time. */
async function purgeBeside(slug: string): Promise<void> {
  const other = await Administration.open(rig.database.url);
  try {
    await other.purge.purgeCompany(slug);
  } finally {
    await other.close();
  }
}

it('removes a bounded number of rows in a transaction', async () => {
  await rig.admin.query(
    `CREATE TABLE removals (table_name text, count int);
     CREATE FUNCTION count_removals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
     BEGIN
       INSERT INTO public.removals SELECT TG_TABLE_NAME, count(*) FROM gone;
       RETURN NULL;
     END $$`,
  );
  const tables = ['groups', 'memberships', 'unique_values', 'users'];
  for (const table of tables) {
    await rig.admin.query(
      `CREATE TRIGGER removals AFTER DELETE ON ${table} REFERENCING OLD TABLE AS gone
       FOR EACH STATEMENT EXECUTE FUNCTION count_removals()`,
    );
  }
  await administration.lifecycle.deleteCompany(theirs.slug, 0);
  await purge(theirs.slug);
  const { rows } = await rig.admin.query<{ table_name: string; most: number; batches: number }>(
    `SELECT table_name, max(count) AS most, count(*)::int AS batches FROM removals WHERE count > 0
     GROUP BY table_name ORDER BY table_name`,
  );
  expect(rows).toEqual(tables.map((table_name) => ({ table_name, most: 1000, batches: 3 })));
});
