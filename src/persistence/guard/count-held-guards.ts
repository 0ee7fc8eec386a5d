import { type CompanyTransaction } from '../transaction/company-transaction.js';

/** Of how many companies removals are held. */
export async function countHeldGuards(
  transaction: Pick<CompanyTransaction, 'runOutsideCompany'>,
): Promise<number> {
  const statement = { text: 'SELECT count_held_guards()::int AS held', values: [] };
  const { rows } = await transaction.runOutsideCompany(statement);
  return (rows as readonly { held: number }[])[0]?.held ?? 0;
}
