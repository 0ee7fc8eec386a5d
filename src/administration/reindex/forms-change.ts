import { ADVISORY_LOCK } from '../../persistence/database/advisory-locks.js';
import { type AttributeForms } from '../../persistence/indexed-forms/attribute-forms.js';
import { describeDifferences } from '../../persistence/indexed-forms/indexed-forms.js';
import { printStoredForms, readStoredForms } from '../../persistence/indexed-forms/stored-forms.js';
import { FOLDING_VERSION } from '../../protocol/text/fold-case.js';
import { parameter, sql } from '../../persistence/sql/sql-fragment.js';
import { type OwnerSession, type Run } from './owner-session.js';

/** How a reindex changes the forms of keys. */
export interface FormsChange {
  /** The new forms. An attribute that the schemas no longer define keeps its former one. */
  readonly forms: AttributeForms;
  /** The former settings; undefined if the rows have the new forms already, so that writers need not stop. */
  readonly before: { readonly comparison: string; readonly generation: string } | undefined;
}

/**
 * Waits for running writes. If the forms change, later writes are refused, and until the reindex is finished no
 * server starts on the database.
 *
 * @param own the forms that the schemas of this process ask for
 */
export function announceReindex(session: OwnerSession, own: AttributeForms): Promise<FormsChange> {
  return session.asOwner(async (run) => {
    await run(sql`SELECT pg_advisory_xact_lock(${parameter(ADVISORY_LOCK.writers)})`);
    const { rows } = await run<{ comparison: string; generation: string }>(
      sql`SELECT comparison, generation FROM find_comparison()`,
    );
    const [before] = rows;
    if (!before) throw new Error('the setting `comparison` is missing');
    const stored = readStoredForms(before.comparison);
    const forms = stored.forms.with(own);
    if (describeDifferences(stored, own).length === 0) return { forms, before: undefined };
    const generation = String(BigInt(before.generation) + 1n);
    await writeSettings(run, { comparison: printStoredForms({ ...stored, unfinished: true }), generation });
    return { forms, before };
  });
}

/** Restores the former settings after a run that changed no row, so that servers can start and write again. */
export async function cancelReindex(session: OwnerSession, { before }: FormsChange): Promise<void> {
  if (before) await session.asOwner((run) => writeSettings(run, before));
}

/** Notes that all rows have the new forms. */
export async function finishReindex(session: OwnerSession, { forms, before }: FormsChange): Promise<void> {
  if (!before) return;
  const comparison = printStoredForms({ folding: FOLDING_VERSION, forms, unfinished: false });
  await session.asOwner((run) =>
    run(sql`UPDATE settings SET value = ${parameter(comparison)} WHERE key = 'comparison'`),
  );
}

async function writeSettings(
  run: Run,
  { comparison, generation }: { readonly comparison: string; readonly generation: string },
): Promise<void> {
  await run(sql`UPDATE settings SET value = ${parameter(comparison)} WHERE key = 'comparison'`);
  await run(sql`UPDATE settings SET value = ${parameter(generation)} WHERE key = 'comparison_generation'`);
}
