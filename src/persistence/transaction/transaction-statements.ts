import { type QueryConfig, type QueryResult } from 'pg';
import { SERVICE_ROLE } from '../database/role-names.js';
import { type Statement, type StatementResult } from './company-transaction.js';

export const BEGIN_READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
export const BEGIN_WRITE = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/** Outside any company: control functions only. */
export const NO_COMPANY = '';

/** The first statement of every transaction; what it sets ends with the transaction. */
export const scopeStatement = (companyId: string, timeout: number): Statement => ({
  name: 'set_scope',
  text:
    `SELECT set_config('role', '${SERVICE_ROLE}', true), set_config('rollcall.company_id', $1, true), ` +
    `set_config('statement_timeout', $2, true)`,
  values: [companyId, String(timeout)],
});

/** {@link scopeStatement} for a write: refused with RC001 where the comparison is of another generation. */
export function writeScopeStatement(companyId: string, timeout: number, generation: string): Statement {
  const { text, values } = scopeStatement(companyId, timeout);
  return { name: 'set_write_scope', text: `${text}, join_writers($3)`, values: [...values, generation] };
}

/** How the driver takes a statement: always with the extended protocol, which runs one command and no more. */
export function toQuery(statement: Statement, named: boolean): QueryConfig & { queryMode: 'extended' } {
  const { text, values, name } = statement;
  return {
    text,
    values: [...values],
    queryMode: 'extended',
    ...(named && name !== undefined ? { name } : {}),
  };
}

export const toResult = ({ rows, rowCount }: QueryResult): StatementResult => ({
  rows: rows as StatementResult['rows'],
  rowCount: rowCount ?? 0,
});

/**
 * After an error in the transaction, COMMIT succeeds and rolls back.
 * @throws Error where PostgreSQL did not commit.
 */
export function requireCommit(answer: QueryResult | undefined): void {
  if (answer?.command !== 'COMMIT') {
    throw new Error(`COMMIT was answered with ${answer?.command ?? 'nothing'}`);
  }
}
