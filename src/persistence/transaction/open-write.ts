import { type QueryResult } from 'pg';
import { type Statement, type StatementResult, type WriteTransaction } from './company-transaction.js';
import { type PipelinedConnection } from './pipelined-connection.js';
import { checkStatements } from './statement-check.js';
import { BEGIN_WRITE, requireCommit, toResult } from './transaction-statements.js';

/** An open write transaction. BEGIN and `scoping` are sent together with its first statements. */
export class OpenWrite implements WriteTransaction {
  private readonly opening: Promise<unknown>;
  private ended = false;
  /** The first error of the transaction. After it, the transaction can only be rolled back. */
  failure: Error | undefined;

  constructor(
    private readonly connection: PipelinedConnection,
    scoping: Statement,
  ) {
    this.opening = this.handleRejection(connection.send([BEGIN_WRITE, scoping]));
  }

  run(statement: Statement): Promise<StatementResult> {
    return this.handleRejection(this.deliver([statement]).then(([result]) => result as StatementResult));
  }

  runAll(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    return this.handleRejection(this.deliver(statements));
  }

  private async deliver(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    if (this.ended) {
      throw new TypeError('The transaction has ended: a statement came after its work had returned');
    }
    checkStatements(statements);
    if (this.failure !== undefined) {
      throw this.failure;
    }
    try {
      const [, results] = await Promise.all([this.opening, this.connection.send(statements)]);
      return results.map(toResult);
    } catch (error) {
      this.failure ??= error as Error;
      throw error;
    }
  }

  /** @throws the first error of the transaction, even if the caller has caught it */
  async commit(): Promise<void> {
    this.ended = true;
    let answer: QueryResult | undefined;
    try {
      [, [answer]] = await Promise.all([this.opening, this.connection.send(['COMMIT'])]);
    } catch (error) {
      this.failure ??= error as Error;
      throw this.failure;
    }
    if (this.failure !== undefined) {
      throw this.failure;
    }
    requireCommit(answer);
  }

  /** Rolls the transaction back and returns the connection to the pool. After an error, the connection is closed. */
  async abandon(): Promise<void> {
    this.ended = true;
    if (this.failure === undefined) {
      try {
        await Promise.all([this.opening, this.connection.send(['ROLLBACK'])]);
      } catch (error) {
        this.failure = error as Error;
      }
    }
    await (this.failure === undefined ? this.connection.release() : this.connection.destroy());
  }

  /** A caller may not await the promise. Without a handler, Node would end the process when it is rejected. */
  private handleRejection<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => undefined);
    return promise;
  }
}
