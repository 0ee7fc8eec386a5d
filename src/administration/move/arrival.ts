import { recordCompanyChange } from '../../persistence/journal/record-change.js';
import { type ChangeOrigin } from '../../scim/change-origin.js';
import { AdministrationError } from '../administration.error.js';
import { type CellDatabase } from './cell-database.js';
import { countRows } from './compare-cells.js';
import { removeControlRows } from './control-rows.js';
import { MOVED_TABLES } from './moved-tables.js';

/** A company in the database of the cell that it moves to. */
export class Arrival {
  /**
   * @param target the database where it goes
   * @param cells the numbers of the two cells
   */
  constructor(
    private readonly target: CellDatabase,
    private readonly company: { readonly id: string; readonly slug: string; readonly name: string },
    private readonly cells: { readonly from: number; readonly to: number },
  ) {}

  /** Null where the company is served there, `arriving` before, undefined where it is not there. */
  async state(): Promise<string | null | undefined> {
    const [found] = await this.target.rows<{ elsewhere: string | null }>(
      'SELECT elsewhere FROM public.companies WHERE id = $1',
      [this.company.id],
    );
    return found?.elsewhere;
  }

  /** @throws AdministrationError where an earlier move has left rows of the company */
  async requireNoRows(): Promise<void> {
    const counts = await countRows(this.target, this.company.id);
    const left = [...counts].filter(([, rows]) => rows > 0).map(([name]) => name);
    if (left.length === 0) return;
    throw new AdministrationError(
      `The target has rows of company ${this.company.slug} without the company, in ${left.join(', ')}. Take them away with --abort.`,
      'conflict',
    );
  }

  /**
   * Removes all that is there of the company.
   *
   * @throws AdministrationError where it is served there
   */
  async empty(): Promise<void> {
    const { target, company } = this;
    if ((await this.state()) === null) {
      throw new AdministrationError(`Company ${company.slug} is served by the target already.`, 'conflict');
    }
    for (const name of MOVED_TABLES) {
      await target.run(`DELETE FROM public.${name} WHERE company_id = $1`, [company.id]);
    }
    await removeControlRows(target, company.id, this.cells.from);
  }

  /**
   * Has the company served there, unless it is already, and notes the move in its journal.
   *
   * @param origin of the move
   * @throws AdministrationError where it is not there
   */
  async open(origin: ChangeOrigin): Promise<void> {
    const { target, company, cells } = this;
    await target.inTransaction(async () => {
      const opened = await target.run(
        "UPDATE public.companies SET elsewhere = NULL WHERE id = $1 AND elsewhere = 'arriving'",
        [company.id],
      );
      if (opened === 0) {
        if ((await this.state()) === null) return;
        throw new AdministrationError(`Company ${company.slug} is not in cell ${cells.to}.`, 'conflict');
      }
      const { text, values } = recordCompanyChange(
        { companyId: company.id, origin },
        { operation: 'company.moved', display: company.name, detail: cells },
      );
      await target.rows(text, values);
    });
  }
}
