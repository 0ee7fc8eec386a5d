import { type PoolClient, type QueryResult } from 'pg';
import { type DataSource, type QueryRunner } from 'typeorm';
import { type Statement } from './company-transaction.js';
import { DatabaseUnavailableError } from './transaction-errors.js';
import { toQuery } from './transaction-statements.js';

/** A connection of the pool that sends all given statements before it waits for the first result. */
export class PipelinedConnection {
  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
    private readonly named: boolean,
  ) {}

  /**
   * @param named whether statements may be prepared, which a pooler does not allow
   * @throws DatabaseUnavailableError where no connection can be opened
   */
  static async open(dataSource: DataSource, named: boolean): Promise<PipelinedConnection> {
    // The query runner handles the error event of a lost connection. Without a handler, it would end the process.
    const runner = dataSource.createQueryRunner();
    try {
      return new PipelinedConnection(runner, (await runner.connect()) as PoolClient, named);
    } catch (cause) {
      throw new DatabaseUnavailableError({ cause });
    }
  }

  /** Sends the statements. It rejects with the first error, and ignores the results behind it. */
  send(statements: readonly (string | Statement)[]): Promise<QueryResult[]> {
    return Promise.all(
      statements.map((statement) =>
        this.client.query(typeof statement === 'string' ? statement : toQuery(statement, this.named)),
      ),
    );
  }

  /** Returns the connection to the pool. */
  async release(): Promise<void> {
    await this.runner.release();
  }

  /** Closes the connection, for use after an error, when its state is unknown. */
  async destroy(): Promise<void> {
    this.client.end().catch(() => undefined);
    await this.runner.release();
  }
}
