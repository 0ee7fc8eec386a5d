import { setImmediate } from 'node:timers/promises';
import { type Statement, type StatementResult, type WriteTransaction } from './company-transaction.js';
import { type PipelinedConnection } from './pipelined-connection.js';
import { checkStatements } from './statement-check.js';
import { isConnectionLoss, OutcomeUnknownError } from './transaction-errors.js';
import {
  BEGIN_WRITE,
  noteConfirmed,
  requireCommit,
  toResult,
  type TransactionScope,
} from './transaction-statements.js';

/** An open write transaction. BEGIN and `scoping`, which is for `scope`, are sent together with its first statements. */
export class OpenWrite implements WriteTransaction {
  private readonly opening: Promise<unknown>;
  private readonly last: Statement[] = [];
  private ended = false;
  /** The first error of the transaction. After it, the transaction can only be rolled back. */
  failure: Error | undefined;

  constructor(
    private readonly connection: PipelinedConnection,
    scope: TransactionScope,
    scoping: Statement,
  ) {
    this.opening = connection.send([BEGIN_WRITE, scoping]);
    // The first error is that of the opening itself: a promise behind it would be rejected after those of other statements.
    this.opening.then(
      () => noteConfirmed(scope),
      () => undefined,
    );
  }

  run(statement: Statement): Promise<StatementResult> {
    return this.handleRejection(this.deliver([statement]).then(([result]) => result as StatementResult));
  }

  runAll(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    return this.handleRejection(this.deliver(statements));
  }

  runAtCommit(statement: Statement): void {
    checkStatements([statement]);
    this.last.push(statement);
  }

  /** Whether COMMIT was sent together with statements. */
  get hasLastStatements(): boolean {
    return this.last.length > 0;
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

  /**
   * @throws the first error of the transaction, even if the caller has caught it; OutcomeUnknownError where COMMIT was
   *   sent and the connection was lost before it was answered
   */
  async commit(): Promise<void> {
    this.ended = true;
    try {
      await this.opening;
    } catch (error) {
      this.failure ??= error as Error;
    }
    if (this.failure !== undefined) {
      throw this.failure;
    }
    try {
      requireCommit(await this.connection.commit(this.last));
    } catch (error) {
      // The error of a statement that the work did not wait for is the cause, and may come with this one.
      await setImmediate();
      this.failure ??= isConnectionLoss(error) ? new OutcomeUnknownError({ cause: error }) : (error as Error);
    }
    if (this.failure !== undefined) {
      throw this.failure;
    }
  }

  /** Rolls the transaction back and returns the connection to the pool, or closes it where its state is unknown. */
  async abandon(): Promise<void> {
    this.ended = true;
    if (this.failure === undefined) {
      const rolledBack = Promise.all([this.opening, this.connection.send(['ROLLBACK'])]);
      await rolledBack.catch((error: unknown) => (this.failure = error as Error));
    }
    await (this.failure === undefined ? this.connection.release() : this.connection.abandon(this.failure));
  }

  /** A caller may not await the promise. Without a handler, Node would end the process when it is rejected. */
  private handleRejection<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => undefined);
    return promise;
  }
}
