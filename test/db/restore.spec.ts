import { Administration } from '../../src/administration/administration.js';
import { localOrigin } from '../../src/administration/local-origin.js';
import { type RestoreReport } from '../../src/administration/restore/restore-report.js';
import {
  type MemberDifferenceRow,
  selectMemberDifferences,
} from '../../src/persistence/journal/changes-since.js';
import { lastIdAt } from '../../src/scim/id-times.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { uniqueCode, USER_BADGE, withBadges } from '../support/badge.schema.js';
import { insertUsers } from '../support/insert-resources.js';
import { SentSql } from './sent-sql.js';
import { delta, membersOf, StoreRig } from './store-rig.js';

const SCHEMAS = withBadges([uniqueCode()]);
const SETTINGS = { schemas: SCHEMAS, deletedRetentionDays: 30, restoreLimit: 500_000 };
const DIRECT = { groups: false, manager: false };
const WITH = { members: true };

let rig: StoreRig;
let administration: Administration;

beforeAll(async () => {
  rig = await StoreRig.open(SCHEMAS);
  administration = await Administration.open(rig.database.url, localOrigin('command line'));
});
afterAll(async () => {
  await administration.close();
  await rig.close();
});

const now = async (): Promise<Date> => {
  const { rows } = await rig.admin.query<{ at: Date }>(
    "SELECT date_trunc('milliseconds', clock_timestamp()) AS at, pg_sleep(0.002)",
  );
  return rows[0]!.at;
};

const restore = ({ slug }: CompanyScope, at: Date): Promise<RestoreReport> =>
  administration.restores.restore(slug, { at, scope: 'all', dryRun: false }, SETTINGS);

async function values({ companyId }: CompanyScope): Promise<string[]> {
  const { rows } = await rig.admin.query<{ id: string }>(
    'SELECT format_resource_id(user_id) AS id FROM unique_values WHERE company_id = $1 ORDER BY 1',
    [companyId],
  );
  return rows.map(({ id }) => id);
}

it('values that must be unique come back with their users, or stand in the way', async () => {
  const scope = await rig.company();
  const insert = async (userName: string, code: string): Promise<string> =>
    (await rig.users.insert(scope, { userName, [USER_BADGE]: { code } }, DIRECT)).id;
  const [ada, ben] = [await insert('ada', 'A'), await insert('ben', 'B')];
  const at = await now();
  for (const id of [ada, ben]) await rig.users.delete(scope, id, undefined);
  const eve = await insert('eve', 'B');
  const report = await restore(scope, at);
  expect(report.users).toMatchObject({ restored: 1, madeSince: 1 });
  expect(report.conflicts).toMatchObject([{ id: ben, reason: 'valueTaken' }]);
  expect(await values(scope)).toEqual([ada, eve].sort());
  await rig.users.delete(scope, eve, undefined);
  expect((await restore(scope, at)).users.restored).toBe(1);
  expect(await values(scope)).toEqual([ada, ben].sort());
});

it('of two that were deleted with one value, the first comes back', async () => {
  const scope = await rig.company();
  const insert = async (userName: string, code: string): Promise<string> =>
    (await rig.users.insert(scope, { userName, [USER_BADGE]: { code } }, DIRECT)).id;
  const [ada, ben] = [await insert('ada', 'A'), await insert('ben', 'B')];
  const at = await now();
  await rig.users.delete(scope, ada, undefined);
  const taking = { userName: 'ben', [USER_BADGE]: { code: 'A' } };
  await rig.users.update(scope, ben, () => taking, undefined, DIRECT);
  await rig.users.delete(scope, ben, undefined);
  const report = await restore(scope, at);
  expect(report.users.restored).toBe(1);
  expect(report.conflicts).toMatchObject([{ id: ben, reason: 'valueTaken' }]);
  expect(await values(scope)).toEqual([ada]);
});

it('what is written at the same time is neither lost nor refused', async () => {
  const scope = await rig.company();
  const users = await insertUsers(rig.database, scope.slug, 600);
  const [old, fresh] = [users.slice(0, 400), users.slice(400)];
  const { group } = await rig.groups.insert(scope, { displayName: 'Staff' }, delta({ add: old }), WITH);
  const at = await now();
  const change = (attributes: object): object => attributes;
  const update = (membership: ReturnType<typeof delta>): Promise<unknown> =>
    rig.groups.update(
      scope,
      group.id,
      { change: change as never, membership, precondition: undefined },
      WITH,
    );
  await update(delta({ remove: old }));
  const adding = fresh.map((id) => update(delta({ add: [id] })));
  const making = Array.from({ length: 20 }, (_, index) =>
    rig.users.insert(scope, { userName: `new${index}` }, DIRECT),
  );
  const report = await restore(scope, at);
  await Promise.all([...adding, ...making]);
  const members = await membersOf(await rig.groups.find(scope, group.id, WITH));
  // Who was added before the restore looked is removed by it, and who came later is there.
  expect(members.length).toBe(old.length + fresh.length - report.memberships.removed);
  expect(report.memberships.added).toBe(old.length);
  const again = await restore(scope, at);
  expect(again.memberships).toEqual({ added: 0, removed: fresh.length - report.memberships.removed });
  expect((await membersOf(await rig.groups.find(scope, group.id, WITH))).map(({ value }) => value)).toEqual(
    [...old].sort(),
  );
});

it('more members than one transaction changes, and more users, come back whole', async () => {
  const scope = await rig.company();
  const users = await insertUsers(rig.database, scope.slug, 52_000);
  const { group } = await rig.groups.insert(scope, { displayName: 'All' }, delta({ add: users }), {
    members: false,
  });
  const at = await now();
  const gone = users.slice(0, 450);
  for (const id of gone) await rig.users.delete(scope, id, undefined);
  await rig.groups.delete(scope, group.id, undefined);
  const report = await restore(scope, at);
  expect(report).toMatchObject({
    users: { restored: 450 },
    groups: { restored: 1, changed: 1 },
    memberships: { added: 52_000, removed: 0 },
    conflicts: [],
  });
  const members = await membersOf(await rig.groups.find(scope, group.id, WITH));
  expect(members.map(({ value }) => value)).toEqual([...users].sort());
  const { rows } = await rig.admin.query(
    `SELECT sum(added)::int AS added, count(*)::int AS entries FROM activity
     WHERE company_id = $1 AND operation = 'restore' AND added > 0`,
    [scope.companyId],
  );
  expect(rows).toEqual([{ added: 52_000, entries: 2 }]);
});

const idsOf = (text: string | null): readonly string[] => text?.match(/.{16}/g) ?? [];

/** So many groups that had two members each, of which one was removed since, and one was added. */
async function changedGroups(count: number): Promise<{ scope: CompanyScope; groups: string[]; at: Date }> {
  const scope = await rig.company();
  const [old, stays, fresh] = await insertUsers(rig.database, scope.slug, 3);
  const groups: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const membership = delta({ add: [old!, stays!] });
    const { group } = await rig.groups.insert(scope, { displayName: `Group ${n}` }, membership, WITH);
    groups.push(group.id);
  }
  const at = await now();
  for (const id of groups) {
    const membership = delta({ add: [fresh!], remove: [old!] });
    const change = <T>(same: T): T => same;
    await rig.groups.update(scope, id, { change, membership, precondition: undefined }, WITH);
  }
  return { scope, groups: groups.sort(), at };
}

it('the members of many groups are compared by few statements', async () => {
  const { scope, at } = await changedGroups(30);
  const request = { at, scope: 'all', dryRun: true } as const;
  const sent = new SentSql();
  let report: RestoreReport | undefined;
  const text = await sent.of(async () => {
    report = await administration.restores.restore(scope.slug, request, SETTINGS);
  });
  sent.close();
  expect(report).toMatchObject({ groups: { changed: 30 }, memberships: { added: 30, removed: 30 } });
  expect(text.split('FROM activity_members').length - 1).toBe(1);
});

it('the differences of several groups are read in parts', async () => {
  const { scope, groups, at } = await changedGroups(4);
  const read = async (ids: readonly string[], part: { behind?: string; count: number }) => {
    const { text, values } = selectMemberDifferences(scope.companyId, ids, lastIdAt(at), [], part);
    return (await rig.admin.query<MemberDifferenceRow>(text, [...values])).rows;
  };
  const whole = await read(groups, { count: 100 });
  expect(whole.map(({ group }) => group)).toEqual(groups);
  const found: string[] = [];
  let [rest, behind]: [readonly string[], string | undefined] = [groups, undefined];
  for (let rows; rows === undefined || rows.length > 0;) {
    rows = await read(rest, { count: 3, ...(behind !== undefined && { behind }) });
    for (const { group, add, remove } of rows) {
      found.push(
        ...idsOf(add).map((id) => `${group} +${id}`),
        ...idsOf(remove).map((id) => `${group} -${id}`),
      );
    }
    const last = rows.at(-1);
    [rest, behind] = last === undefined ? [[], undefined] : [rest.slice(rest.indexOf(last.group)), last.last];
  }
  expect(found.sort()).toEqual(
    whole.flatMap(({ group, add, remove }) => [`${group} +${add}`, `${group} -${remove}`]).sort(),
  );
});
