import { type PoolClient, type QueryResult } from 'pg';
import { type DataSource, type QueryRunner } from 'typeorm';
import { type Statement } from './company-transaction.js';
import { DatabaseUnavailableError } from './transaction-errors.js';
import { toQuery } from './transaction-statements.js';

/** A pooled connection on which everything handed over together is sent before the first answer is awaited. */
export class PipelinedConnection {
  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
    private readonly named: boolean,
  ) {}

  /**
   * @param named Whether statements may be prepared; a pooler forbids it.
   * @throws DatabaseUnavailableError where none is to be had.
   */
  static async open(dataSource: DataSource, named: boolean): Promise<PipelinedConnection> {
    // By way of the runner, since a pool's bare client ends the process when its server goes away.
    const runner = dataSource.createQueryRunner();
    try {
      return new PipelinedConnection(runner, (await runner.connect()) as PoolClient, named);
    } catch (cause) {
      throw new DatabaseUnavailableError({ cause });
    }
  }

  /** Rejects with the first error; the answers that come after it are dropped. */
  send(statements: readonly (string | Statement)[]): Promise<QueryResult[]> {
    return Promise.all(
      statements.map((statement) =>
        this.client.query(typeof statement === 'string' ? statement : toQuery(statement, this.named)),
      ),
    );
  }

  /** Gives the connection back to the pool. */
  async release(): Promise<void> {
    await this.runner.release();
  }

  /** Ends the connection: its state is unknown. */
  async destroy(): Promise<void> {
    this.client.end().catch(() => undefined);
    await this.runner.release();
  }
}
