import { type QueryResultRow } from 'pg';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type GateUsage } from './company-gate.js';

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
  /** Sends the statement together with COMMIT, and only if there is one: where it fails, nothing is committed. */
  runAtCommit(statement: Statement): void;
}

/** How much of the database is in use at the moment. */
export interface TransactionUsage {
  /** Of the transactions of companies, and of looking credentials up. */
  readonly gates: Readonly<Record<'requests' | 'credentials', GateUsage>>;
  /** Connections that are open, by whether something runs on them. */
  readonly connections: { readonly used: number; readonly idle: number; readonly most: number };
}

/**
 * Runs transactions on the data of companies. No other class opens connections for that. All methods throw an
 * `UnavailableError` where the database can't be used or the company has too many requests, and a `StaleCredentialError`
 * where the scope's credential is remembered and has changed.
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

  /**
   * Runs a statement outside any company, with the role of the service: a control function such as `find_token`.
   *
   * @param asker whose statement it is, such as the hash of a token: askers take turns, so that none waits for all that
   *   another one asks, and none holds all connections. What the service asks for itself has none, and is one asker
   */
  abstract runOutsideCompany(statement: Statement, asker?: string): Promise<StatementResult>;

  /**
   * Runs statements outside any company in a REPEATABLE READ READ ONLY transaction, as {@link read} does: control functions
   * that read what several companies have.
   *
   * @param turn whose statements they are: it takes the place of a company among those that wait
   */
  abstract readAcross(
    turn: Pick<CompanyScope, 'companyId' | 'signal'>,
    statements: readonly Statement[],
  ): Promise<readonly StatementResult[]>;

  /**
   * Opens a REPEATABLE READ READ ONLY transaction whose duration is limited. The results of the `first` statements are
   * returned at once; the rows of `cursor` are read in batches of `batchSize` during the iteration, which holds a
   * connection, so that it must not wait for a client. Ending the iteration early closes the transaction.
   *
   * @param limit how long the transaction may take, in milliseconds, where that is not `STREAM_TIMEOUT_MS`
   */
  abstract stream(
    scope: CompanyScope,
    first: readonly Statement[],
    cursor: Statement,
    batchSize: number,
    limit?: number,
  ): Promise<{ first: readonly StatementResult[]; batches: AsyncIterable<readonly QueryResultRow[]> }>;

  /** Whether companies that use no connection wait too long for one. */
  abstract isStarved(): boolean;

  abstract usage(): TransactionUsage;
}
