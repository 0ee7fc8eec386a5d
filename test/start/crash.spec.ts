import { join } from 'node:path';
import { embeddedDatabase, externalDatabase, type CrashDatabase } from '../crash/crash-database.js';
import { CrashRounds, type Killed, type RoundFigures } from '../crash/crash-rounds.js';
import { query } from '../crash/query.js';
import { endProcesses } from '../support/process.js';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';

// A share of `npm run test:crash`, which does the same twenty times over.
const LIMIT = 120_000;

let program: string;

beforeAll(async () => {
  program = join(await compileProgram(), 'main.js');
}, COMPILE_LIMIT);
afterAll(() => endProcesses(), LIMIT);

describe.each<[string, () => CrashDatabase | Promise<CrashDatabase>, readonly [Killed, number][]]>([
  [
    'the embedded PostgreSQL',
    embeddedDatabase,
    [
      ['server', 1],
      ['database', 2],
      ['both', 1],
    ],
  ],
  [
    'an external PostgreSQL',
    externalDatabase,
    [
      ['server', 1],
      ['database', 3],
    ],
  ],
])('kill -9 in the middle of writes to %s', (_name, open, kills) => {
  let database: CrashDatabase;
  let rounds: CrashRounds;

  beforeAll(async () => {
    database = await open();
    rounds = await CrashRounds.start(database, program);
  }, LIMIT);
  afterAll(async () => {
    await rounds?.stop();
    await database?.close();
  }, LIMIT);

  it.each(kills)(
    '%s killed: what was acknowledged is there, and nothing is there by half',
    async (killed, count) => {
      const { lost, halfApplied, acknowledged, recoveries } = await rounds.run(killed, count);
      expect({ lost, halfApplied }).toEqual({ lost: [], halfApplied: [] });
      expect(recoveries).toHaveLength(count);
      expect(acknowledged).toBeGreaterThan(10 * count);
    },
    LIMIT,
  );

  it(
    'is told from a loss and from half a write',
    async () => {
      const found = async (harm: string): Promise<Pick<RoundFigures, 'lost' | 'halfApplied'>> => {
        await query(database.urlOf('postgres'), harm);
        const figures = {
          acknowledged: 0,
          unanswered: 0,
          unavailable: 0,
          lost: [],
          halfApplied: [],
          recoveries: [],
        };
        await rounds.compare(figures);
        return { lost: figures.lost, halfApplied: figures.halfApplied };
      };
      const someone = `(SELECT max(id) FROM users WHERE attributes->>'externalId' LIKE 'w_-u%')`;
      expect(await found('SELECT 1')).toEqual({ lost: [], halfApplied: [] });

      const early = await found(
        `UPDATE activity SET version = 1000000 WHERE id = (SELECT min(a.id) FROM activity a
           JOIN groups g ON g.id = a.resource_id WHERE g.display_name = 'Everybody')`,
      );
      expect(early).toEqual({ lost: [], halfApplied: ['1 × changes of a resource that are out of order'] });
      const unfed = await found('DELETE FROM feed WHERE position = (SELECT max(position) FROM feed)');
      expect(unfed.halfApplied).toContain('1 × changes that have no place in the feed');
      expect(unfed.halfApplied.join('\n')).toMatch(/that a replay of the feed leaves/);

      const half = await found(
        `UPDATE users SET attributes = attributes || '{"title":"x"}' WHERE id = ${someone}`,
      );
      expect(half.lost).toEqual([]);
      expect(half.halfApplied.join('\n')).toMatch(/^user w[^]*\n1 × keys of users/);

      const gone = await found(`DELETE FROM users WHERE id = ${someone}`);
      expect(gone.lost.join('\n')).toMatch(/^user w\d-u\d+: acknowledged \d+, found undefined$/m);
      expect(gone.halfApplied.join('\n')).toMatch(
        /listed, \d+ counted[^]*1 × resources that are counted wrongly/,
      );

      const inhabited = `(SELECT min(group_id) FROM memberships WHERE group_id IN
        (SELECT id FROM groups WHERE attributes->>'externalId' LIKE 'w%'))`;
      const left = await found(`DELETE FROM memberships WHERE group_id = ${inhabited}`);
      expect(left.halfApplied.join('\n')).toMatch(/^group w\d-g\d+ has {2}instead of w/m);

      const apart = await found(
        `DELETE FROM memberships WHERE group_id = (SELECT min(id) FROM groups WHERE display_name = 'Everybody')`,
      );
      expect(apart.lost.join('\n')).toMatch(/^member [0-9a-f]{16} of the shared group/m);
    },
    LIMIT,
  );
});
