import { type QueryResultRow } from 'pg';
import { type CompanyScope } from '../../scim/company-scope.js';

export type SqlValue = string | number | boolean | null | Buffer | readonly (string | null)[];

/** One parameterised statement. Only statements of fixed text carry a `name`, and are then prepared. */
export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
  readonly name?: string;
}

export interface StatementResult {
  readonly rows: readonly QueryResultRow[];
  readonly rowCount: number;
}

/** The statements of one write. Statements handed over together are sent together. */
export interface WriteTransaction {
  run(statement: Statement): Promise<StatementResult>;
  runAll(statements: readonly Statement[]): Promise<readonly StatementResult[]>;
}

/** The only owner of connections: every statement on a company's data runs in a transaction made here. */
export abstract class CompanyTransaction {
  /** REPEATABLE READ READ ONLY; the whole transaction, COMMIT included, goes out as one pipeline. */
  abstract read(scope: CompanyScope, statements: readonly Statement[]): Promise<readonly StatementResult[]>;

  /** READ COMMITTED. `work` runs again, up to three times, after 40001 or 40P01. */
  abstract write<T>(scope: CompanyScope, work: (transaction: WriteTransaction) => Promise<T>): Promise<T>;

  /** One statement outside any company, as the service's role: for the control functions (`find_token` …). */
  abstract control(statement: Statement): Promise<StatementResult>;

  /**
   * A REPEATABLE READ READ ONLY transaction whose first statements are answered at once and whose cursor is
   * then read in batches of `batchSize` rows, from the pool for streams. Ending the iteration early closes it.
   */
  abstract stream(
    scope: CompanyScope,
    first: readonly Statement[],
    cursor: Statement,
    batchSize: number,
  ): Promise<{ first: readonly StatementResult[]; batches: AsyncIterable<readonly QueryResultRow[]> }>;
}
