import { type AttributeForms } from '../../persistence/comparison/attribute-forms.js';
import { describeDifferences } from '../../persistence/comparison/comparison.js';
import { printComparison, readComparison } from '../../persistence/comparison/stored-comparison.js';
import { FOLDING_VERSION } from '../../protocol/text/fold-case.js';
import { parameter, sql } from '../../persistence/sql/sql-fragment.js';
import { type OwnerSession, type Run } from './owner-session.js';

/** What a reindex changes the comparison from and to. */
export interface ComparisonChange {
  /** Those that the rows get: of attributes that the schemas lack, the ones that were known before. */
  readonly forms: AttributeForms;
  /** The settings as they were; undefined where the rows are as they should be and writers went on. */
  readonly before: { readonly comparison: string; readonly generation: string } | undefined;
}

/** As in `join_writers`. */
const WRITERS_LOCK = 7_265_012;

/**
 * Waits for the writers under way and turns away those to come, unless they make rows in the same way. From here on
 * the database says that a reindex is unfinished, and no service starts on it.
 */
export function announceReindex(session: OwnerSession, own: AttributeForms): Promise<ComparisonChange> {
  return session.asOwner(async (run) => {
    await run(sql`SELECT pg_advisory_xact_lock(${parameter(WRITERS_LOCK)})`);
    const { rows } = await run<{ comparison: string; generation: string }>(
      sql`SELECT comparison, generation FROM find_comparison()`,
    );
    const [before] = rows;
    if (!before) throw new Error('the settings of the comparison are missing');
    const stored = readComparison(before.comparison);
    const forms = stored.forms.with(own);
    if (describeDifferences(stored, own).length === 0) return { forms, before: undefined };
    const generation = String(BigInt(before.generation) + 1n);
    await write(run, { comparison: printComparison({ ...stored, unfinished: true }), generation });
    return { forms, before };
  });
}

/** After a run that changed no row: whoever could start and write before can do so again. */
export async function takeBackReindex(session: OwnerSession, { before }: ComparisonChange): Promise<void> {
  if (before) await session.asOwner((run) => write(run, before));
}

/** All rows are of these forms now. */
export async function finishReindex(
  session: OwnerSession,
  { forms, before }: ComparisonChange,
): Promise<void> {
  if (!before) return;
  const comparison = printComparison({ folding: FOLDING_VERSION, forms, unfinished: false });
  await session.asOwner((run) =>
    run(sql`UPDATE settings SET value = ${parameter(comparison)} WHERE key = 'comparison'`),
  );
}

async function write(
  run: Run,
  { comparison, generation }: { readonly comparison: string; readonly generation: string },
): Promise<void> {
  await run(sql`UPDATE settings SET value = ${parameter(comparison)} WHERE key = 'comparison'`);
  await run(sql`UPDATE settings SET value = ${parameter(generation)} WHERE key = 'comparison_generation'`);
}
