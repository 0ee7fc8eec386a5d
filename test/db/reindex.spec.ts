import { IndexedForms } from '../../src/persistence/indexed-forms/indexed-forms.js';
import {
  Reindex,
  type ReindexProgress,
  type ReindexReport,
} from '../../src/administration/reindex/reindex.js';
import { ReindexedError } from '../../src/persistence/transaction/transaction-errors.js';
import { attribute } from '../../src/protocol/schema/define-attribute.js';
import { type SchemaRegistry } from '../../src/protocol/schema/schema-registry.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { GROUP_BADGE, uniqueCode, USER_BADGE, withBadges } from '../support/badge.schema.js';
import { SILENT_PROGRESS } from '../../src/demo/progress.js';
import { delta, StoreRig } from './store-rig.js';

const READ = { groups: false, manager: false };
const USERS = 10;
const GROUPS = 7;
const BADGES = withBadges([uniqueCode()], [uniqueCode()]);
/** The same attributes, compared in another way. */
const PLAIN = withBadges([attribute('code', 'Of it.')], [attribute('code', 'Of it.')]);
const EXACT = withBadges([uniqueCode({ caseExact: true })], [uniqueCode({ caseExact: true })]);

let rig: StoreRig;
let acme: CompanyScope;
let other: CompanyScope;

async function fill(scope: CompanyScope): Promise<void> {
  const ids: string[] = [];
  for (let n = 0; n < USERS; n++) {
    const names = { userName: `ÀDA.${n}`, displayName: `Ada ${n}`, emails: [{ value: `ADA${n}@X.ORG` }] };
    const attributes = { ...names, externalId: `E${n}`, active: true, [USER_BADGE]: { code: `U${n}` } };
    ids.push((await rig.users.insert(scope, attributes, READ)).id);
  }
  for (let n = 0; n < GROUPS; n++) {
    const attributes = { displayName: `ÇREW ${n}`, [GROUP_BADGE]: { code: `G${n}` } };
    await rig.groups.insert(scope, attributes, delta({ add: ids.slice(0, n) }), { members: false });
  }
  for (let n = 0; n < 3; n++) {
    const user = await rig.users.insert(scope, { userName: `GÖNE ${n}` }, READ);
    await rig.users.delete(scope, user.id, undefined);
    const { group } = await rig.groups.insert(scope, { displayName: `GÖNE ${n}` }, delta({}), {
      members: false,
    });
    await rig.groups.delete(scope, group.id, undefined);
  }
}

beforeEach(async () => {
  rig = await StoreRig.open(BADGES);
  acme = await rig.company();
  other = await rig.company({ duplicateGroupNames: true });
  await fill(acme);
  await fill(other);
});
afterEach(() => rig.close());

async function reindex(
  schemas: SchemaRegistry = BADGES,
  batchSize = 4,
  progress: ReindexProgress = SILENT_PROGRESS,
): Promise<ReindexReport> {
  const run = await Reindex.open(rig.database.url);
  try {
    return await run.run(schemas, { batchSize, progress });
  } finally {
    await run.close();
  }
}

const start = (schemas: SchemaRegistry = BADGES): Promise<void> =>
  new IndexedForms(schemas).load((statement) => rig.transaction.runOutsideCompany(statement));

/** Every row of every company, with its version and times. */
async function rows(): Promise<unknown> {
  const dump: unknown[] = [];
  for (const table of [
    'users',
    'groups',
    'memberships',
    'unique_values',
    'resource_counts',
    'deleted_resources',
  ]) {
    const all = await rig.admin.query(`SELECT t::text AS row FROM ${table} t ORDER BY 1`);
    dump.push([table, all.rows]);
  }
  return dump;
}

const settings = async (): Promise<unknown> =>
  (await rig.admin.query(`SELECT * FROM settings WHERE key LIKE 'comparison%' ORDER BY key`)).rows;

/** As if other code had made all keys, some of them what another row's should be. */
async function makeKeysOfAnotherFolding(): Promise<void> {
  await rig.admin.query(`
    UPDATE users SET search = '{}', user_name_key = 'x' || id, email_keys = NULL, display_key = 'x',
      external_id = 'x', display = 'x', display_name_key = 'x';
    UPDATE users u SET user_name_key = (SELECT lower(n.attributes ->> 'userName') FROM users n
      WHERE n.company_id = u.company_id AND n.id > u.id ORDER BY n.id LIMIT 1)
      WHERE EXISTS (SELECT FROM users n WHERE n.company_id = u.company_id AND n.id > u.id);
    UPDATE groups SET search = '{}', display_name = 'x', display_name_key = 'x' || id;
    UPDATE groups g SET display_name_key = (SELECT lower(n.attributes ->> 'displayName') FROM groups n
      WHERE n.company_id = g.company_id AND n.id < g.id ORDER BY n.id DESC LIMIT 1)
      WHERE EXISTS (SELECT FROM groups n WHERE n.company_id = g.company_id AND n.id < g.id);
    DELETE FROM unique_values WHERE user_id % 2 = 0;
    UPDATE deleted_resources SET name_key = 'x';
    WITH gone AS (DELETE FROM unique_values WHERE group_id IS NOT NULL RETURNING *)
    INSERT INTO unique_values SELECT company_id, attribute, value_hash, NULL,
      coalesce(lead(group_id) OVER w, first_value(group_id) OVER w) FROM gone
      WINDOW w AS (PARTITION BY company_id ORDER BY group_id);
    UPDATE settings SET value = jsonb_set(value::jsonb, '{folding}', '0')::text WHERE key = 'comparison';
  `);
}

describe('a reindex', () => {
  it.each([1, 3, USERS - 1, USERS, USERS + 1, 500])(
    'makes all keys anew as the writers had made them, %i rows at a time, and moves no version',
    async (batchSize) => {
      const before = await rows();
      await makeKeysOfAnotherFolding();
      expect(await rows()).not.toEqual(before);
      await expect(start()).rejects.toThrow('rollcall -- reindex');
      expect(await reindex(BADGES, batchSize)).toEqual({
        companies: 2,
        resources: 2 * (USERS + GROUPS),
        changed: 2 * (USERS + GROUPS),
        clashes: [],
      });
      expect(await rows()).toEqual(before);
      await start();
    },
  );

  it('tells how far it is, to the last row', async () => {
    const steps: number[] = [];
    const progress = {
      begin: (all: number) => void steps.push(-all),
      advance: (_: string, some: number) => void steps.push(some),
      end: () => undefined,
    };
    await reindex(BADGES, 3, progress);
    expect(steps.reduce((sum, step) => sum + step)).toBe(0);
    expect(steps[0]).toBe(-4 * (USERS + GROUPS));
  });

  it('changes nothing where all is well, and lets writers go on meanwhile', async () => {
    const before = [await rows(), await settings()];
    expect((await reindex()).changed).toBe(0);
    expect([await rows(), await settings()]).toEqual(before);
    const writes: Promise<unknown>[] = [];
    const write = (): void => {
      // Each is one more row that the walk comes to.
      if (writes.length === USERS) return;
      const badge = { code: `new ${writes.length}` };
      writes.push(rig.users.insert(acme, { userName: `new ${writes.length}`, [USER_BADGE]: badge }, READ));
    };
    await reindex(BADGES, 1, { begin: write, advance: write, end: write });
    await Promise.all(writes);
    expect(writes).toHaveLength(USERS);
    const after = await rows();
    expect((await reindex()).changed).toBe(0);
    expect(await rows()).toEqual(after);
  });

  it('turns writers away while it is at work on another folding, and lets them in again', async () => {
    await makeKeysOfAnotherFolding();
    const outcomes: Promise<unknown>[] = [];
    const write = (name: string): Promise<unknown> => rig.users.insert(acme, { userName: name }, READ);
    const advance = (): void => void outcomes.push(write('early').catch((error: unknown) => error));
    await reindex(BADGES, 4, {
      ...SILENT_PROGRESS,
      advance: () => (outcomes.length === 0 ? advance() : undefined),
    });
    expect(await outcomes[0]).toBeInstanceOf(ReindexedError);
    await write('late');
  });

  it('is refused beside another one', async () => {
    let second: Promise<unknown> | undefined;
    const advance = (): void => void (second ??= reindex().catch((error: unknown) => error));
    // What waits on the first one's transactions is not what is asked here.
    await reindex(BADGES, 1, { ...SILENT_PROGRESS, advance });
    expect(await second).toMatchObject({ message: 'Another reindex is under way.' });
  });

  it('also of attributes that the schemas have no more', async () => {
    const before = await rows();
    await start(withBadges([]));
    await makeKeysOfAnotherFolding();
    await reindex(withBadges([]));
    expect(await rows()).toEqual(before);
    await start(BADGES);
  });
});

describe('an interrupted reindex', () => {
  it.each([1, 5, 11, 14])(
    'in batch %i leaves a database that refuses to start, and is made good by the next',
    async (batch) => {
      const before = await rows();
      await makeKeysOfAnotherFolding();
      let seen = 0;
      const advance = (): void => {
        if (++seen === batch) throw new Error('pulled the plug');
      };
      await expect(reindex(BADGES, 4, { ...SILENT_PROGRESS, advance })).rejects.toThrow('pulled the plug');
      await expect(start()).rejects.toThrow('has not come to its end');
      await expect(rig.users.insert(acme, { userName: 'x' }, READ)).rejects.toThrow(ReindexedError);
      await reindex();
      expect(await rows()).toEqual(before);
      await start();
    },
  );

  it('by the end of its connection in the middle of a batch does the same', async () => {
    const before = await rows();
    await makeKeysOfAnotherFolding();
    const holder = await rig.asService(acme.companyId);
    await holder.query('BEGIN');
    await holder.query('SELECT FROM users ORDER BY id DESC LIMIT 1 FOR UPDATE');
    const run = reindex().catch((error: unknown) => error);
    for (let ended = 0; ended === 0;) {
      const { rowCount } = await rig.admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE datname = current_database() AND NOT granted AND locktype = 'transactionid'`,
      );
      ended = rowCount ?? 0;
    }
    expect(await run).toBeInstanceOf(Error);
    await holder.end();
    await expect(start()).rejects.toThrow('has not come to its end');
    await reindex();
    expect(await rows()).toEqual(before);
  });
});

describe('CRE-12 values that become equal', () => {
  const rename = (
    table: 'users' | 'groups',
    name: string,
    from: string,
    to: string,
    scope = acme,
  ): Promise<unknown> =>
    rig.admin.query(
      `UPDATE ${table} SET attributes = jsonb_set(attributes, ARRAY[$1], to_jsonb($2::text))
       WHERE company_id = $3 AND attributes ->> $1 = $4`,
      [name, to, scope.companyId, from],
    );
  const found = ({ clashes }: ReindexReport): unknown =>
    clashes.map(({ company, attribute, resources }) => [
      company,
      attribute,
      ...resources.map(({ type, name }) => `${type} ${name}`).sort(),
    ]);

  it('are all named, and nothing is changed', async () => {
    await rename('users', 'userName', 'ÀDA.3', 'àda.1');
    await rename('users', 'userName', 'ÀDA.4', 'àDA.1');
    await rename('users', 'userName', 'ÀDA.5', 'Zoë');
    await rename('users', 'userName', 'ÀDA.6', 'ZOË');
    await rename('groups', 'displayName', 'ÇREW 2', 'çrew 0');
    // Groups of this company may have one name, and users of two companies too.
    await rename('groups', 'displayName', 'ÇREW 2', 'çrew 0', other);
    await rename('users', 'userName', 'ÀDA.5', 'Zoë', other);
    await rig.admin.query(`UPDATE settings SET value = jsonb_set(value::jsonb, '{folding}', '0')::text
      WHERE key = 'comparison'`);
    const before = [await rows(), await settings()];
    expect(found(await reindex())).toEqual([
      [acme.slug, 'userName', 'User ÀDA.1', 'User àDA.1', 'User àda.1'],
      [acme.slug, 'userName', 'User ZOË', 'User Zoë'],
      [acme.slug, 'displayName', 'Group ÇREW 0', 'Group çrew 0'],
    ]);
    expect([await rows(), await settings()]).toEqual(before);
    await rename('users', 'userName', 'àda.1', 'ÀDA.3');
    await rename('users', 'userName', 'àDA.1', 'ÀDA.4');
    await rename('users', 'userName', 'ZOË', 'Bob');
    await rename('groups', 'displayName', 'çrew 0', 'ÇREW 2');
    expect(found(await reindex())).toEqual([]);
    await start();
  });

  it('CHAR-06 of an attribute that has become unique are named too, over users and groups', async () => {
    const own = await StoreRig.open(PLAIN);
    const kept = rig;
    try {
      rig = own;
      const scope = await own.company();
      const user = (userName: string, code: string): Promise<{ id: string }> =>
        own.users.insert(scope, { userName, [USER_BADGE]: { code } }, READ);
      const { id } = await user('ada', 'A');
      await user('bob', 'a');
      await user('eve', 'b');
      await expect(start(BADGES)).rejects.toThrow(`${USER_BADGE}:code was string and is string unique now`);
      const before = [await rows(), await settings()];
      expect(found(await reindex(BADGES))).toEqual([
        [scope.slug, `${USER_BADGE}:code`, 'User ada', 'User bob'],
      ]);
      expect([await rows(), await settings()]).toEqual(before);
      // Case is what tells them apart now.
      expect((await reindex(EXACT)).clashes).toEqual([]);
      await start(EXACT);
      await expect(user('joe', 'b')).rejects.toThrow(ReindexedError);
      expect(found(await reindex(BADGES))).toEqual([
        [scope.slug, `${USER_BADGE}:code`, 'User ada', 'User bob'],
      ]);
      await start(EXACT);
      expect((await reindex(PLAIN)).clashes).toEqual([]);
      expect((await own.admin.query('SELECT FROM unique_values')).rowCount).toBe(0);
      await own.users.update(scope, id, (now) => ({ ...now, [USER_BADGE]: { code: 'c' } }), undefined, READ);
      expect((await reindex(BADGES)).clashes).toEqual([]);
      expect((await own.admin.query('SELECT FROM unique_values')).rowCount).toBe(3);
    } finally {
      rig = kept;
      await own.close();
    }
  });
});
