import { makeCompanyScope, type CompanyScope } from '../../src/scim/company-scope.js';
import { type GroupUpdate } from '../../src/scim/groups/groups.store.js';
import { type MembershipChange } from '../../src/protocol/patch/change-set.js';
import { type RequestFacts } from '../../src/scim/request-facts.js';
import { delta, NO_MEMBER_CHANGE, StoreRig } from './store-rig.js';

const READ = { groups: false, manager: false };
const ALONE = { members: false };
const keep: GroupUpdate['change'] = (attributes) => attributes;

interface Entry {
  readonly operation: string;
  readonly display: string;
  readonly version: string;
  readonly attributes: string[];
  readonly added: number | null;
  readonly removed: number | null;
  /** `+ada` for who came, `-ada` for who went. */
  readonly members: string[];
}

let rig: StoreRig;
let scope: CompanyScope;

beforeAll(async () => {
  rig = await StoreRig.open();
});
beforeEach(async () => {
  scope = await rig.company();
});
afterAll(() => rig.close());

/** What the journal says of the company, in the order of the outbox, from behind the first `known` entries on. */
async function entries(known = 0): Promise<Entry[]> {
  const { rows } = await rig.admin.query<Entry>(
    `SELECT a.operation, a.display, a.version, a.attributes, a.added, a.removed, (
       SELECT coalesce(array_agg(CASE m.sign WHEN 1 THEN '+' ELSE '-' END || m.member_type || m.member_id
         ORDER BY m.sign, m.member_id), '{}')
       FROM activity_members m WHERE m.company_id = a.company_id AND m.group_id = a.resource_id AND m.activity_id = a.id
     ) AS members
     FROM outbox o JOIN activity a ON a.company_id = o.company_id AND a.id = o.activity_id
     WHERE o.company_id = $1 ORDER BY o.seq OFFSET $2`,
    [scope.companyId, known],
  );
  return rows;
}

const member = (sign: '+' | '-', type: 'U' | 'G', id: string): string => `${sign}${type}${BigInt(`0x${id}`)}`;

async function user(userName: string): Promise<string> {
  return (await rig.users.insert(scope, { userName }, READ)).id;
}

async function group(displayName: string, members: readonly string[] = []): Promise<string> {
  const { group: made } = await rig.groups.insert(
    scope,
    { displayName },
    delta({ clear: true, add: members }),
    ALONE,
  );
  return made.id;
}

function update(id: string, update: Partial<GroupUpdate>): Promise<unknown> {
  const unchanged = { change: keep, membership: NO_MEMBER_CHANGE, precondition: undefined };
  return rig.groups.update(scope, id, { ...unchanged, ...update }, ALONE);
}

describe('the journal of users', () => {
  it('tells that one was made, changed, switched off and on, and deleted', async () => {
    const { id } = await rig.users.insert(scope, { userName: 'ada', externalId: 'x1' }, READ);
    const change = (to: Record<string, boolean | string>): Promise<unknown> =>
      rig.users.update(scope, id, (before) => ({ ...before, ...to }), undefined, READ);
    await change({ title: 'Countess', nickName: 'Al' });
    await change({ active: false });
    await change({ active: true });
    await change({ active: true });
    await rig.users.delete(scope, id, undefined);
    const plain = { display: 'ada', added: null, removed: null, members: [] };
    expect(await entries()).toEqual([
      { ...plain, operation: 'create', version: '1', attributes: ['userName', 'externalId'] },
      { ...plain, operation: 'patch', version: '2', attributes: ['title', 'nickName'] },
      { ...plain, operation: 'deactivate', version: '3', attributes: ['active'] },
      { ...plain, operation: 'activate', version: '4', attributes: ['active'] },
      { ...plain, operation: 'delete', version: '4', attributes: [] },
    ]);
    const { rows } = await rig.admin.query(
      `SELECT DISTINCT external_id, resource_type, outcome FROM activity WHERE company_id = $1`,
      [scope.companyId],
    );
    expect(rows).toEqual([{ external_id: 'x1', resource_type: 'User', outcome: 'done' }]);
  });

  it('tells of each group that a deleted user leaves', async () => {
    const [ada, eve] = [await user('ada'), await user('eve')];
    const groups = [
      await group('Crew', [ada, eve]),
      await group('Staff', [ada]),
      await group('Others', [eve]),
    ];
    const before = await entries();
    await rig.users.delete(scope, ada, undefined);
    const left = { operation: 'members', version: '2', attributes: [], added: 0, removed: 1 };
    expect(await entries(before.length)).toEqual([
      { ...left, display: 'Crew', members: [member('-', 'U', ada)] },
      { ...left, display: 'Staff', members: [member('-', 'U', ada)] },
      expect.objectContaining({ operation: 'delete', display: 'ada' }),
    ]);
    expect(groups).toHaveLength(3);
  });
});

describe('the journal of groups', () => {
  it('tells who came with a new one, who was added and removed, and nothing of what was so already', async () => {
    const [ada, eve, bob] = [await user('ada'), await user('eve'), await user('bob')];
    const inner = await group('Inner');
    const before = (await entries()).length;
    const id = await group('Crew', [ada, inner]);
    await update(id, { membership: delta({ add: [ada, eve], remove: [bob] }) });
    await update(id, { membership: delta({ add: [ada, eve] }) });
    await update(id, {
      membership: delta({ clear: true, add: [bob, eve] }),
      change: () => ({ displayName: 'Team' }),
    });
    expect(await entries(before)).toEqual([
      {
        operation: 'create',
        display: 'Crew',
        version: '1',
        attributes: ['displayName'],
        added: 2,
        removed: 0,
        members: [member('+', 'U', ada), member('+', 'G', inner)],
      },
      {
        operation: 'members',
        display: 'Crew',
        version: '2',
        attributes: [],
        added: 1,
        removed: 0,
        members: [member('+', 'U', eve)],
      },
      {
        operation: 'patch',
        display: 'Team',
        version: '3',
        attributes: ['displayName'],
        added: 1,
        removed: 2,
        members: [member('-', 'U', ada), member('-', 'G', inner), member('+', 'U', bob)],
      },
    ]);
  });

  it('tells of several steps what they come to', async () => {
    const [ada, eve, bob] = [await user('ada'), await user('eve'), await user('bob')];
    const id = await group('Crew', [ada]);
    const before = (await entries()).length;
    const step = (add: string[], remove: string[]): MembershipChange => ({
      kind: 'delta',
      clear: false,
      add,
      remove,
    });
    const steps = [step([eve, bob], [ada]), step([ada], [bob])];
    const references = [eve, bob, ada].map((value) => ({ value }));
    await update(id, { membership: { steps, references } });
    await update(id, { membership: { steps: [step([], [eve]), step([eve], [])], references } });
    expect(await entries(before)).toEqual([
      expect.objectContaining({
        operation: 'members',
        version: '2',
        added: 1,
        removed: 0,
        members: [member('+', 'U', eve)],
      }),
    ]);
  });

  it('tells who was in a deleted one, and which groups it left', async () => {
    const ada = await user('ada');
    const inner = await group('Inner', [ada]);
    await update(inner, { membership: delta({ add: [inner] }) });
    await group('Outer', [inner]);
    const before = (await entries()).length;
    await rig.groups.delete(scope, inner, undefined);
    expect(await entries(before)).toEqual([
      expect.objectContaining({
        operation: 'members',
        display: 'Outer',
        version: '2',
        members: [member('-', 'G', inner)],
      }),
      expect.objectContaining({
        operation: 'delete',
        display: 'Inner',
        removed: 2,
        members: [member('-', 'U', ada), member('-', 'G', inner)],
      }),
    ]);
  });

  it('gives members the time of the activity that brought them', async () => {
    const [ada, eve] = [await user('ada'), await user('eve')];
    const id = await group('Crew', [ada]);
    await update(id, { membership: delta({ add: [eve] }) });
    const { rows } = await rig.admin.query(
      `SELECT m.added_at = resource_id_time(a.activity_id) AS same FROM memberships m
       JOIN activity_members a USING (company_id, group_id, member_id) WHERE m.company_id = $1`,
      [scope.companyId],
    );
    expect(rows).toEqual([{ same: true }, { same: true }]);
  });
});

it('says by what request something was changed', async () => {
  const request: RequestFacts = {
    requestId: 'r-1',
    started: performance.now(),
    traceId: 't-1',
    client: 'Okta SCIM Client',
    surface: 'standard',
    credential: { id: '42', name: 'Okta' },
  };
  const { companyId, slug, settings } = scope;
  const asked = makeCompanyScope({
    companyId,
    slug,
    settings,
    origin: { request, method: 'PUT', bulkIndex: 3 },
  });
  const { id } = await rig.users.insert(asked, { userName: 'ada' }, READ);
  await rig.users.update(asked, id, () => ({ userName: 'ada', title: 'x' }), undefined, READ);
  const { rows } = await rig.admin.query(
    `SELECT operation, txn, credential_id, credential_name, client, surface, request_id, trace_id,
       duration_ms BETWEEN 0 AND 60000 AS timed FROM activity WHERE company_id = $1 ORDER BY id`,
    [companyId],
  );
  const cause = {
    txn: expect.stringMatching(/^[0-9a-f-]{36}:3$/),
    credential_id: '42',
    credential_name: 'Okta',
    client: 'Okta SCIM Client',
    surface: 'standard',
    request_id: 'r-1',
    trace_id: 't-1',
    timed: true,
  };
  expect(rows).toEqual([
    { operation: 'create', ...cause },
    { operation: 'replace', ...cause },
  ]);
  expect(rows[0].txn).toBe(rows[1].txn);
});

it("has nothing of a write that was refused, and refuses a write that it can't record", async () => {
  const ada = await user('ada');
  const before = (await entries()).length;
  await expect(user('ada')).rejects.toMatchObject({ status: 409 });
  await expect(
    rig.users.update(scope, ada, (old) => ({ ...old, title: 'x' }), { versions: ['7'] }, READ),
  ).rejects.toMatchObject({ status: 412 });
  await rig.admin.query(
    'ALTER TABLE activity ADD CONSTRAINT none CHECK (operation <> $$deactivate$$) NOT VALID',
  );
  await expect(
    rig.users.update(scope, ada, (old) => ({ ...old, active: false }), undefined, READ),
  ).rejects.toMatchObject({ code: '23514' });
  await rig.admin.query('ALTER TABLE activity DROP CONSTRAINT none');
  expect(await entries(before)).toEqual([]);
  expect((await rig.users.find(scope, ada, READ))?.version).toBe('1');
});
