import { type QueryResult, type QueryResultRow } from 'pg';
import { type Statement, type StatementResult } from './company-transaction.js';
import { type PipelinedConnection } from './pipelined-connection.js';
import { translateError } from './transaction-errors.js';
import {
  BEGIN_READ,
  noteConfirmed,
  requireCommit,
  scopeStatement,
  toResult,
  type TransactionScope,
} from './transaction-statements.js';
import { type AbortSignalLike } from '../../scim/abort-signal.js';

const CURSOR = 'batches';

/** A read transaction with a cursor. Once `signal` is aborted it is over, whatever its reader does. */
export class StreamTransaction {
  private finished = false;
  /** The first error of the connection, as it came. */
  private failure: unknown;

  /**
   * @param signal the connection's
   * @param leave called once, when the connection was returned to the pool
   */
  constructor(
    private readonly connection: PipelinedConnection,
    private readonly signal: AbortSignalLike,
    private readonly leave: () => void,
  ) {
    signal.addEventListener('abort', this.abandon, { once: true });
  }

  /**
   * Begins the transaction, runs the first statements and declares the cursor.
   *
   * @returns the results of the first statements
   * @throws UnavailableError or StaleCredentialError as `translateError` makes it
   */
  async start(
    scope: TransactionScope,
    timeout: number,
    first: readonly Statement[],
    { text, values }: Statement,
  ): Promise<readonly StatementResult[]> {
    const declaration = { text: `DECLARE ${CURSOR} NO SCROLL CURSOR FOR ${text}`, values };
    try {
      const scoping = scopeStatement(scope, timeout);
      const answers = await this.send([BEGIN_READ, scoping, ...first, declaration]);
      noteConfirmed(scope);
      return answers.slice(2, -1).map(toResult);
    } catch (error) {
      await this.finish(error);
      throw error;
    }
  }

  /** The next rows of the cursor; fewer than `batchSize` at its end. */
  async fetch(batchSize: number): Promise<readonly QueryResultRow[]> {
    const [answer] = await this.send([`FETCH FORWARD ${batchSize} FROM ${CURSOR}`]);
    return answer?.rows as readonly QueryResultRow[];
  }

  private async send(statements: readonly (string | Statement)[]): Promise<QueryResult[]> {
    try {
      return await this.connection.send(statements);
    } catch (error) {
      this.failure ??= error;
      throw this.signal.aborted ? this.signal.reason : translateError(error);
    }
  }

  /** Ends the transaction and returns the connection to the pool, or closes it where its state is unknown after an error. */
  readonly finish = async (error?: unknown): Promise<void> => {
    if (this.finished) return;
    this.finished = true;
    this.signal.removeEventListener('abort', this.abandon);
    try {
      await (error === undefined ? this.commit() : this.connection.abandon(this.failure ?? error));
    } finally {
      this.leave();
    }
  };

  private async commit(): Promise<void> {
    try {
      requireCommit(await this.connection.commit());
      await this.connection.release();
    } catch (error) {
      await this.connection.abandon(error);
    }
  }

  private readonly abandon = (): void => void this.finish(this.signal.reason);
}
