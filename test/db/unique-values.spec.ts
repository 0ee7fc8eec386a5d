import { vi } from 'vitest';
import { type Attributes } from '../../src/protocol/resource/resource.js';
import { uniqueCode, USER_BADGE, withBadges } from '../support/badge.schema.js';
import { NO_MEMBER_CHANGE, StoreRig } from './store-rig.js';

const READ = { groups: false, manager: false };
const BADGES = withBadges([
  uniqueCode(),
  uniqueCode({ name: 'exact', caseExact: true }),
  uniqueCode({ name: 'codes', multiValued: true }),
]);

it('CHAR-06 has a row for each value that a resource has, and none for one that was refused or given up', async () => {
  const rig = await StoreRig.open(BADGES);
  try {
    const scope = await rig.company();
    let named = 0;
    const user = (badge: Attributes): Promise<string> =>
      rig.users.insert(scope, { userName: `u${++named}`, [USER_BADGE]: badge }, READ).then(({ id }) => id);
    const set = (id: string, badge: Attributes): Promise<unknown> =>
      rig.users.update(scope, id, (before) => ({ ...before, [USER_BADGE]: badge }), undefined, READ);
    const counted = async (): Promise<number> => {
      const { rows } = await rig.admin.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM unique_values WHERE company_id = $1',
        [scope.companyId],
      );
      return rows[0]?.n ?? -1;
    };
    const first = await user({ code: 'A-1' });
    const second = await user({ code: 'A-2', exact: 'x' });
    expect(await counted()).toBe(3);
    await expect(user({ code: 'a-1' })).rejects.toMatchObject({ status: 409 });
    await expect(set(second, { code: 'ａ-1', exact: 'x' })).rejects.toMatchObject({ status: 409 });
    expect(await counted()).toBe(3);
    await set(first, { code: 'a-1', codes: ['a', 'b', 'B'] });
    expect(await counted()).toBe(5);
    await set(first, {});
    expect(await counted()).toBe(2);
    await rig.users.delete(scope, second, undefined);
    expect(await counted()).toBe(0);
    const ids = await Promise.all(Array.from({ length: 8 }, () => user({})));
    await Promise.allSettled(ids.map((id) => set(id, { code: 'Wanted' })));
    expect(await counted()).toBe(1);
  } finally {
    await rig.close();
  }
});

it('CHAR-06 costs no statement where no attribute is unique', async () => {
  const plain = await StoreRig.open();
  try {
    const scope = await plain.company();
    const texts: string[] = [];
    const write = plain.transaction.write.bind(plain.transaction);
    vi.spyOn(plain.transaction, 'write').mockImplementation((of, work) =>
      write(of, (transaction) =>
        work({
          run: (statement) => {
            texts.push(statement.text);
            return transaction.run(statement);
          },
          runAll: (statements) => {
            texts.push(...statements.map(({ text }) => text));
            return transaction.runAll(statements);
          },
          runAtCommit: (statement) => {
            texts.push(statement.text);
            transaction.runAtCommit(statement);
          },
        }),
      ),
    );
    const { id } = await plain.users.insert(scope, { userName: 'ada' }, READ);
    await plain.users.update(scope, id, (before) => ({ ...before, title: 'x' }), undefined, READ);
    await plain.groups.insert(scope, { displayName: 'Crew' }, NO_MEMBER_CHANGE, { members: false });
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter((text) => text.includes('unique_values'))).toEqual([]);
  } finally {
    await plain.close();
  }
});
