import { type QueryConfig, type QueryResult } from 'pg';
import { SERVICE_ROLE } from '../database/role-names.js';
import { type Statement, type StatementResult } from './company-transaction.js';

export const BEGIN_READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
export const BEGIN_WRITE = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/** The company id for statements outside any company, which can only call control functions. */
export const NO_COMPANY = '';

/** The first statement of every transaction. It sets role, company and time-out until the transaction ends. */
export const scopeStatement = (companyId: string, timeout: number): Statement => ({
  name: 'set_scope',
  text:
    `SELECT set_config('role', '${SERVICE_ROLE}', true), set_config('rollcall.company_id', $1, true), ` +
    `set_config('statement_timeout', $2, true)`,
  values: [companyId, String(timeout)],
});

/** {@link scopeStatement} for a write. PostgreSQL refuses it with RC001 if the generation is not the present one. */
export function writeScopeStatement(companyId: string, timeout: number, generation: string): Statement {
  const { text, values } = scopeStatement(companyId, timeout);
  return { name: 'set_write_scope', text: `${text}, join_writers($3)`, values: [...values, generation] };
}

/** A statement for the driver. It always uses the extended protocol, which runs only one command. */
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
 * Checks the answer to COMMIT. In a transaction with an error, COMMIT succeeds, but is answered with ROLLBACK.
 *
 * @throws Error where PostgreSQL did not commit
 */
export function requireCommit(answer: QueryResult | undefined): void {
  if (answer?.command !== 'COMMIT') {
    throw new Error(`COMMIT was answered with ${answer?.command ?? 'nothing'}`);
  }
}
