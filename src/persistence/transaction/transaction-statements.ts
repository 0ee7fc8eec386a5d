import { type QueryConfig, type QueryResult } from 'pg';
import { type CompanyScope } from '../../scim/company-scope.js';
import { SERVICE_ROLE } from '../database/role-names.js';
import { type Statement, type StatementResult } from './company-transaction.js';

export const BEGIN_READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
export const BEGIN_WRITE = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/** What the first statement of a transaction needs of its scope. */
export type TransactionScope = Pick<CompanyScope, 'companyId' | 'remembered'>;

/** The scope of statements outside any company, which can only call control functions. */
export const NO_COMPANY: TransactionScope = { companyId: '' };

/** The functions by which credentials are confirmed, behind the company of the transaction. */
const CONFIRMING = { token: 'confirm_token', platform: 'confirm_platform_credential' } as const;

const SCOPE =
  `SELECT set_config('role', '${SERVICE_ROLE}', true), set_config('rollcall.company_id', $1, true), ` +
  `set_config('statement_timeout', $2, true)`;

/**
 * The first statement of every transaction. It sets role, company and time-out until the transaction ends. PostgreSQL
 * refuses it with RC002 where a remembered credential is not as it was.
 */
export const scopeStatement = (scope: TransactionScope, timeout: number): Statement =>
  confirming(scope, { name: 'set_scope', text: SCOPE, values: [scope.companyId, String(timeout)] });

/**
 * {@link scopeStatement} for a write. PostgreSQL refuses it with RC001 if the generation is not the present one, and
 * ends the transaction if nothing comes for `writeTimeout`, so that a stopped process holds no locks.
 */
export function writeScopeStatement(
  scope: TransactionScope,
  { statementTimeout, writeTimeout }: { readonly statementTimeout: number; readonly writeTimeout: number },
  generation: string,
): Statement {
  const timeout = Math.min(statementTimeout, writeTimeout);
  return confirming(scope, {
    name: 'set_write_scope',
    text: `${SCOPE}, set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4)`,
    values: [scope.companyId, String(timeout), String(writeTimeout), generation],
  });
}

/** The statement, which also looks whether the credential is as it is remembered, unless a transaction has done so. */
function confirming({ remembered }: TransactionScope, statement: Statement & { name: string }): Statement {
  if (remembered === undefined || remembered.confirmed) return statement;
  const { name, text, values } = statement;
  const { kind, hash, credentialRow, companyRow } = remembered;
  const places = [1, 2, 3].map((place) => `$${values.length + place}`);
  return {
    name: `${name}.confirm.${kind}`,
    text: `${text}, ${CONFIRMING[kind]}(${places.join(', ')})`,
    values: [...values, hash, credentialRow, companyRow],
  };
}

/** Notes that {@link scopeStatement} was not refused. */
export function noteConfirmed({ remembered }: TransactionScope): void {
  if (remembered) remembered.confirmed = true;
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
