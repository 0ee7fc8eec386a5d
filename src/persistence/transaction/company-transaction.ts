import { type QueryResultRow } from 'pg';
import { type CompanyScope } from '../../scim/company-scope.js';

/** A value that can be a parameter of a statement. */
export type SqlValue = string | number | boolean | null | Buffer | readonly (string | null)[];

/** A statement with parameters. One whose text never changes may have a `name`, and is then prepared once. */
export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
  readonly name?: string;
}

export interface StatementResult {
  readonly rows: readonly QueryResultRow[];
  readonly rowCount: number;
}

/** An open write transaction. Statements that are given together are sent together, without waiting for results. */
export interface WriteTransaction {
  run(statement: Statement): Promise<StatementResult>;
  runAll(statements: readonly Statement[]): Promise<readonly StatementResult[]>;
}

/**
 * Runs transactions on the data of companies. No other class opens connections for that. All methods throw an
 * `UnavailableError` where the database can't be used or the company has too many requests.
 */
export abstract class CompanyTransaction {
  /**
   * Runs statements in a REPEATABLE READ READ ONLY transaction. They are sent at once, from BEGIN to COMMIT, so they
   * cannot depend on each other's results.
   */
  abstract read(scope: CompanyScope, statements: readonly Statement[]): Promise<readonly StatementResult[]>;

  /**
   * Runs `work` in a READ COMMITTED transaction. After a serialization failure or a deadlock (40001, 40P01), `work`
   * is run again, up to three times.
   */
  abstract write<T>(scope: CompanyScope, work: (transaction: WriteTransaction) => Promise<T>): Promise<T>;

  /** Runs a statement outside any company, with the role of the service: a control function such as `find_token`. */
  abstract control(statement: Statement): Promise<StatementResult>;

  /**
   * Opens a REPEATABLE READ READ ONLY transaction on a connection of the pool for streams. The results of the `first`
   * statements are returned at once; the rows of `cursor` are read in batches of `batchSize` during the iteration.
   * Ending the iteration early closes the transaction.
   */
  abstract stream(
    scope: CompanyScope,
    first: readonly Statement[],
    cursor: Statement,
    batchSize: number,
  ): Promise<{ first: readonly StatementResult[]; batches: AsyncIterable<readonly QueryResultRow[]> }>;
}
