import { type Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { type Statement, type StatementResult } from './company-transaction.js';
import { DatabaseUnavailableError, translateError } from './transaction-errors.js';
import { BEGIN_READ, requireCommit, scopeStatement, toQuery, toResult } from './transaction-statements.js';

const CURSOR = 'batches';

/** A read transaction on a connection for streams, with a limit on its whole duration. */
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
   * @param leave Called once, when the connection has been given back, or could not be had.
   * @throws DatabaseUnavailableError where none is to be had.
   */
  static async open(pool: Pool, limit: number, leave: () => void): Promise<StreamConnection> {
    try {
      return new StreamConnection(await pool.connect(), limit, leave);
    } catch (cause) {
      leave();
      throw new DatabaseUnavailableError({ cause });
    }
  }

  /** Begins, answers the first statements and declares the cursor. */
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

  /** Ends the transaction and gives the connection back; after an error it is ended too. */
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
