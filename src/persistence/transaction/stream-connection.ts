import { type Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { type Statement, type StatementResult } from './company-transaction.js';
import { DatabaseUnavailableError, translateError } from './transaction-errors.js';
import { BEGIN_READ, requireCommit, scopeStatement, toQuery, toResult } from './transaction-statements.js';

const CURSOR = 'batches';

/** A read transaction with a cursor, on a connection of the pool for streams. Its duration is limited. */
export class StreamConnection {
  private readonly timer: NodeJS.Timeout;
  private finished = false;
  private overdue: Error | undefined;

  private constructor(
    private readonly client: PoolClient,
    limit: number,
    private readonly leave: () => void,
  ) {
    client.on('error', this.ignore);
    this.timer = setTimeout(() => {
      this.overdue = new Error(`The stream took longer than ${limit} ms`);
      void this.finish(this.overdue);
    }, limit);
    this.timer.unref();
  }

  /**
   * @param limit the longest duration of the transaction, in milliseconds
   * @param leave called once, when the connection was returned to the pool or could not be opened
   * @throws DatabaseUnavailableError where no connection can be opened
   */
  static async open(pool: Pool, limit: number, leave: () => void): Promise<StreamConnection> {
    try {
      return new StreamConnection(await pool.connect(), limit, leave);
    } catch (cause) {
      leave();
      throw new DatabaseUnavailableError({ cause });
    }
  }

  /**
   * Begins the transaction, runs the first statements and declares the cursor.
   *
   * @returns the results of the first statements
   * @throws UnavailableError as `translateError` makes it
   */
  async start(
    companyId: string,
    timeout: number,
    first: readonly Statement[],
    cursor: Statement,
  ): Promise<readonly StatementResult[]> {
    try {
      await this.query(BEGIN_READ);
      await this.query(scopeStatement(companyId, timeout));
      const results: StatementResult[] = [];
      for (const statement of first) {
        results.push(toResult(await this.query(statement)));
      }
      const text = `DECLARE ${CURSOR} NO SCROLL CURSOR FOR ${cursor.text}`;
      await this.query({ text, values: cursor.values });
      return results;
    } catch (error) {
      await this.finish(error);
      throw error;
    }
  }

  /** The next rows of the cursor; fewer than `batchSize` at its end. */
  async fetch(batchSize: number): Promise<readonly QueryResultRow[]> {
    const { rows } = await this.query(`FETCH FORWARD ${batchSize} FROM ${CURSOR}`);
    return rows as readonly QueryResultRow[];
  }

  private async query(statement: string | Statement): Promise<QueryResult> {
    try {
      if (this.finished) {
        throw new Error('The stream has ended');
      }
      return await this.client.query(typeof statement === 'string' ? statement : toQuery(statement, false));
    } catch (error) {
      throw translateError(this.overdue ?? error);
    }
  }

  /** Ends the transaction and returns the connection to the pool. After an error, the connection is closed. */
  readonly finish = async (error?: unknown): Promise<void> => {
    if (this.finished) {
      return;
    }
    this.finished = true;
    clearTimeout(this.timer);
    let failure = error;
    if (failure === undefined) {
      try {
        requireCommit(await this.client.query('COMMIT'));
      } catch (refused) {
        failure = refused;
      }
    }
    this.client.release(failure !== undefined);
    this.client.removeListener('error', this.ignore);
    this.leave();
  };

  private readonly ignore = (): void => undefined;
}
