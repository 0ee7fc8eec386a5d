import { Administration } from '../../src/administration/administration.js';
import { createLogger } from '../../src/logging/logger.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { JournalSchedule } from '../../src/startup/journal-schedule.js';
import { delta, StoreRig } from './store-rig.js';

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

const DIRECT = { groups: false, manager: false };
const WITHOUT = { members: false };

async function kept({ companyId }: CompanyScope): Promise<Record<string, unknown>[]> {
  const { rows } = await rig.admin.query<Record<string, unknown>>(
    `SELECT format_resource_id(id) AS id, type, version, attributes, name_key, external_id
     FROM deleted_resources WHERE company_id = $1 ORDER BY id`,
    [companyId],
  );
  return rows;
}

it('what is deleted is kept as it was, and its names are free at once', async () => {
  const scope = await rig.company();
  const attributes = { userName: 'Ada@Example.com', externalId: 'X-1', active: true };
  const user = await rig.users.insert(scope, attributes, DIRECT);
  const { group } = await rig.groups.insert(
    scope,
    { displayName: 'Staff' },
    delta({ add: [user.id] }),
    WITHOUT,
  );
  await rig.users.delete(scope, user.id, undefined);
  await rig.groups.delete(scope, group.id, undefined);
  expect(await kept(scope)).toEqual([
    { id: user.id, type: 'User', version: '1', attributes, name_key: 'ada@example.com', external_id: 'X-1' },
    {
      id: group.id,
      type: 'Group',
      version: '2',
      attributes: { displayName: 'Staff' },
      name_key: 'staff',
      external_id: null,
    },
  ]);
  expect(await rig.users.find(scope, user.id, DIRECT)).toBeUndefined();
  expect(await rig.groups.find(scope, group.id, WITHOUT)).toBeUndefined();
  expect((await rig.users.insert(scope, attributes, DIRECT)).id).not.toBe(user.id);
});

it('what is refused keeps nothing, and neither does what is not there', async () => {
  const scope = await rig.company();
  const user = await rig.users.insert(scope, { userName: 'ada' }, DIRECT);
  await expect(rig.users.delete(scope, user.id, { versions: ['7'] })).rejects.toThrow();
  expect(await rig.users.delete(scope, '0000000000000abc', undefined)).toBe(false);
  expect(await kept(scope)).toEqual([]);
});

it('is removed for good when its time is over, in each company', async () => {
  const log: string[] = [];
  const schedule = new JournalSchedule(
    rig.database.url,
    createLogger('info', { write: (line: string) => void log.push(line) }),
    30,
  );
  const companies = [await rig.company(), await rig.company()];
  for (const scope of companies) {
    for (const userName of ['old', 'new']) {
      await rig.users.delete(scope, (await rig.users.insert(scope, { userName }, DIRECT)).id, undefined);
    }
    await rig.admin.query(
      `UPDATE deleted_resources SET deleted = now() - interval '30 days 1 minute'
       WHERE company_id = $1 AND name_key = 'old'`,
      [scope.companyId],
    );
  }
  await schedule.look();
  await schedule.stop();
  expect(log.map((line) => JSON.parse(line) as object)).toContainEqual(expect.objectContaining({ swept: 2 }));
  for (const scope of companies) {
    expect((await kept(scope)).map(({ name_key }) => name_key)).toEqual(['new']);
  }
  expect(await administration.deleted.sweep(30)).toBe(0);
});
