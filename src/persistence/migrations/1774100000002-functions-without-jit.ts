import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Keeps PostgreSQL from compiling the plans of functions that switch kinds of plans off. What is switched off and taken all
 * the same is thought to cost so much that compiling it would pay: reading a hundred changes took many seconds then.
 */
export class FunctionsWithoutJit1774100000002 implements MigrationInterface {
  readonly name = 'FunctionsWithoutJit1774100000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(alter('SET jit = off'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(alter('RESET jit'));
  }
}

const FUNCTIONS: readonly (readonly [name: string, owner: string | undefined])[] = [
  ['check_memberships()', undefined],
  ['judge_removals(bigint, text, bigint, text, integer, integer)', undefined],
  ['remove_memberships_of_groups()', 'rollcall_journal'],
  ['remove_memberships_of_users()', 'rollcall_journal'],
  ['read_feed(bytea, bigint[], bigint, integer, integer)', 'rollcall_platform'],
];

const alter = (change: string): string =>
  FUNCTIONS.map(([name, owner]) => {
    const altered = `ALTER FUNCTION public.${name} ${change};`;
    return owner === undefined ? altered : `SET LOCAL ROLE ${owner}; ${altered} RESET ROLE;`;
  }).join('\n');
