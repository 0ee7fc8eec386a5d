import { commandOf } from '../../config/command.js';
import { StartupError } from '../../config/startup-error.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { FOLDING_VERSION } from '../../protocol/text/fold-case.js';
import { type Statement, type StatementResult } from '../transaction/company-transaction.js';
import { AttributeForms } from './attribute-forms.js';
import { type StoredForms, printStoredForms, readStoredForms } from './stored-forms.js';

type RunStatement = (statement: Statement) => Promise<StatementResult>;

/** How many differences a refusal names. */
const NAMED_DIFFERENCES = 5;

/**
 * What the keys of rows are made by: the folding of this program, and the forms of all attributes that the schemas
 * have or ever had. Equal to what the database keeps about the rows that are in it.
 *
 * An attribute whose schema was taken away stays: its values do too, and have to be found when the schema comes back.
 */
export class IndexedForms {
  private readonly own: AttributeForms;
  private known: AttributeForms;
  private seen: string | undefined;

  constructor(schemas: SchemaRegistry) {
    this.own = AttributeForms.of(schemas);
    this.known = this.own;
  }

  get forms(): AttributeForms {
    return this.known;
  }

  /** The number that the database gives these forms, raised by every change of them; undefined before the first `load`. */
  get generation(): string | undefined {
    return this.seen;
  }

  /**
   * Takes over what the database knows and tells it what it doesn't know yet.
   * @param run Runs one statement as the service's role.
   * @throws StartupError where its rows were made in another way than this program makes them.
   */
  async load(run: RunStatement): Promise<void> {
    for (;;) {
      const { rows } = await run({
        text: 'SELECT comparison, generation FROM find_comparison()',
        values: [],
      });
      const [row] = rows as readonly { comparison: string; generation: string }[];
      if (!row)
        throw new StartupError('The database says nothing of how its rows were made; restore a backup.');
      const stored = readStoredForms(row.comparison);
      refuseDifferences(stored, this.own);
      const forms = stored.forms.with(this.own);
      const generation =
        forms.size === stored.forms.size ? row.generation : await record(run, row.generation, forms);
      // Null: another process was first.
      if (generation === null) continue;
      this.known = forms;
      this.seen = generation;
      return;
    }
  }
}

/** New attributes have no values yet, so that no row has to be made anew. */
async function record(run: RunStatement, seen: string, forms: AttributeForms): Promise<string | null> {
  const text = printStoredForms({ folding: FOLDING_VERSION, forms, unfinished: false });
  const { rows } = await run({
    text: 'SELECT record_comparison($1, $2) AS generation',
    values: [seen, text],
  });
  const [row] = rows as readonly { generation: string | null }[];
  return row?.generation ?? null;
}

/** What of the stored rows was made in another way than by these forms, a clause each; nothing where all is well. */
export function describeDifferences(stored: StoredForms, forms: AttributeForms): readonly string[] {
  if (stored.unfinished) return ['an earlier `rollcall reindex` has not come to its end'];
  const folding =
    stored.folding === FOLDING_VERSION
      ? []
      : [
          `its texts were folded by version ${stored.folding} and this program has version ${FOLDING_VERSION}`,
        ];
  return [...folding, ...stored.forms.differences(forms)];
}

function refuseDifferences(stored: StoredForms, forms: AttributeForms): void {
  const differences = describeDifferences(stored, forms);
  if (differences.length === 0) return;
  const named = differences.slice(0, NAMED_DIFFERENCES).join('; ');
  const more = differences.length - NAMED_DIFFERENCES;
  throw new StartupError(
    `The database was indexed in another way than this start compares: ${named}${more > 0 ? `; and ${more} more` : ''}. ` +
      `Stop the other processes, run \`${commandOf('reindex')}\` with the same settings, and start again.`,
  );
}
