import {
  BY_BITMAP,
  DIRECTORIES,
  type NameWindow,
  selectAll,
  selectByBeginning,
  selectCommon,
  selectHits,
  selectOne,
} from '../../src/persistence/directory/search-resources.js';
import {
  selectNamedGroups,
  selectNestedMembers,
  selectStepsDown,
  selectStepsUp,
} from '../../src/persistence/directory/membership-ways.js';
import { selectMemberCounts } from '../../src/persistence/journal/member-counts.js';
import { BY_INDEX } from '../../src/persistence/sql/by-index.js';
import { type Statement } from '../../src/persistence/transaction/company-transaction.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { fill, type Known } from './filled-company.js';
import { type ExecutedPlan, PlannedStatements } from './recorded-statements.js';
import { StoreRig } from './store-rig.js';

const SIZE = 4_000;
/** More than a page of ten needs, and far less than there is. */
const FEW = 200;

let rig: StoreRig;
let scope: CompanyScope;
let known: Known;

beforeAll(async () => {
  rig = await StoreRig.open();
  // The statistics know a neighbour alone, at whose rows no statement is to look.
  await fill(rig.admin, await rig.company(), SIZE);
  await rig.admin.query('ANALYZE');
  scope = await rig.company();
  known = await fill(rig.admin, scope, SIZE);
});
afterAll(() => rig.close());

/** What a statement did on a connection of the service with these settings. */
async function explain(settings: string, statement: Statement): Promise<ExecutedPlan> {
  const client = await rig.asService(scope.companyId);
  try {
    await client.query(settings.replaceAll('true)', 'false)'));
    return await new PlannedStatements(client).explain(statement);
  } finally {
    await client.end();
  }
}

const first = { behind: undefined, count: 10 } satisfies NameWindow;
const { users, groups } = DIRECTORIES;
const sought = (text: string): { text: string; folded: string } => ({ text, folded: text });

describe('a company of 4,000 users and groups that the statistics do not know', () => {
  const BY_INDEX_ALONE: Readonly<Record<string, () => Statement>> = {
    'the first users': () => selectAll(users, first),
    'the next users': () => selectAll(users, { ...first, behind: { key: 'user2', id: known.userId } }),
    'the first groups': () => selectAll(groups, first),
    'the next groups': () => selectAll(groups, { ...first, behind: { key: 'group 8', id: known.groupId } }),
    'users by the beginning of the name': () => selectByBeginning(users, sought('us'), first),
    'groups by the beginning of the name': () => selectByBeginning(groups, sought('gr'), first),
    'one user': () => selectOne(users, known.userId),
    'one group': () => selectOne(groups, known.groupId),
    'users by a common part': () => selectCommon(users, 'example', first),
    'groups by a common part': () => selectCommon(groups, 'group', first),
    'the steps up from a user': () => selectStepsUp(known.userId, 10),
    'the steps down from a group': () => selectStepsDown(known.groupId, 10),
    'the names of groups': () => selectNamedGroups(scope.companyId, known.userId, [known.groupId]),
    'the members of groups': () => selectNestedMembers(scope.companyId, [known.groupId], first),
    'the numbers of members': () => selectMemberCounts(scope.companyId, known.groupId, new Date(0)),
  };
  const HITS: Readonly<Record<string, () => Statement>> = {
    'users by a part of the name': () => selectHits(users, sought('r77@exam'), first),
    'a user by the id': () => selectHits(users, sought(known.userId), first),
    'groups by a part of the name': () => selectHits(groups, sought('8f14e45fceea'), first),
  };

  it.each(Object.entries(BY_INDEX_ALONE))('gives %s, and looks at few rows', async (_name, statement) => {
    const { scanned, visited } = await explain(BY_INDEX, statement());
    expect(scanned).toEqual([]);
    expect(visited).toBeLessThan(FEW);
  });

  // Indexes of trigrams are taken where they are known to be worth it; a small company is read.
  describe('once its tables were looked after', () => {
    beforeAll(() => rig.admin.query('VACUUM (ANALYZE) users, groups'));

    it.each(Object.entries(HITS))('gives %s, and looks at few rows', async (_name, statement) => {
      const { scanned, visited } = await explain(BY_BITMAP, statement());
      expect(scanned).toEqual([]);
      expect(visited).toBeLessThan(FEW);
    });
  });
});
