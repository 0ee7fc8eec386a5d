import { type Tracer } from '@opentelemetry/api';
import { type PoolClient, type QueryResult } from 'pg';
import { type QueryRunner } from 'typeorm';
import { type AbortSignalLike } from '../../scim/abort-signal.js';
import { destroySocket } from '../database/destroy-socket.js';
import { inSpan } from '../../tracing/tracing.js';
import { requestCancel } from './cancel-request.js';
import { type Statement } from './company-transaction.js';
import { endsTransactionAlone } from './transaction-errors.js';
import { BEGIN_READ, BEGIN_WRITE, toQuery } from './transaction-statements.js';

/** How long a statement may go on after its cancellation before the connection is cut, in milliseconds. */
const CANCEL_GRACE_MS = 1000;

/**
 * A connection of the pool that sends all given statements before it waits for the first result. Once `signal` is
 * aborted, what runs is cancelled and nothing more is sent. If PostgreSQL does not react, the connection is cut.
 */
export class PipelinedConnection {
  private committing = false;
  /** Settles when BEGIN, if it was sent, has been answered. */
  private begun: Promise<unknown> = Promise.resolve();
  /** Whether PostgreSQL has taken the request to cancel what runs, once there was one. */
  private cancelled: Promise<boolean> | undefined;
  private cutting: NodeJS.Timeout | undefined;

  /** @param named whether statements may be prepared, which a pooler does not allow */
  constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
    private readonly named: boolean,
    private readonly signal: AbortSignalLike,
    private readonly tracer?: Tracer,
  ) {
    signal.addEventListener('abort', this.stop, { once: true });
  }

  /** Sends the statements. It rejects with the first error, and ignores the results behind it. */
  async send(statements: readonly (string | Statement)[]): Promise<QueryResult[]> {
    this.signal.throwIfAborted();
    this.gather();
    const answers = statements.map((statement) => this.query(statement));
    if (isBegin(statements[0])) this.begun = Promise.allSettled(answers.slice(0, 1));
    return Promise.all(answers);
  }

  /**
   * Sends the last statements and COMMIT, which is never cancelled: it could be cancelled too late. It rejects with the
   * first error; behind one, COMMIT is answered with ROLLBACK.
   */
  async commit(statements: readonly Statement[] = []): Promise<QueryResult | undefined> {
    const answers = this.send([...statements, 'COMMIT']);
    this.committing = true;
    return (await answers).at(-1);
  }

  /** Returns the connection to the pool, unless a cancellation may still be on its way to it. */
  async release(): Promise<void> {
    if (this.signal.aborted) return this.abandon(this.signal.reason);
    this.leave();
    await this.runner.release();
  }

  /**
   * To be called after an error, with the first one. The connection goes back to the pool where that has ended the
   * transaction and nothing else, since a new one costs PostgreSQL far more; otherwise its state is unknown, and it is
   * closed.
   */
  async abandon(error: unknown): Promise<void> {
    const isUsable = await this.recovers(error).catch(() => false);
    this.leave();
    if (!isUsable) destroySocket(this.client);
    await this.runner.release();
  }

  private readonly stop = (): void => {
    // Where BEGIN were cancelled, what was sent with it would run outside a transaction, and stay.
    if (!this.committing) this.cancelled = this.begun.then(() => requestCancel(this.client));
    this.cutting = setTimeout(() => destroySocket(this.client), CANCEL_GRACE_MS).unref();
  };

  /** @returns whether nothing runs any more, and nothing that is sent from now on can be cancelled by an earlier request */
  private async recovers(error: unknown): Promise<boolean> {
    const { aborted } = this.signal;
    if (!(aborted ? await this.isCancelled() : endsTransactionAlone(error))) return false;
    await this.client.query('');
    if (this.client.getTransactionStatus() !== 'I') await this.client.query('ROLLBACK');
    return this.signal.aborted === aborted;
  }

  /** A pooler may close the connection of a request before it hands the request on, so that nobody knows when it arrives. */
  private async isCancelled(): Promise<boolean> {
    return this.named && this.cancelled !== undefined && (await this.cancelled);
  }

  /** Lets the socket write at once what is sent until the running work waits for something. */
  private gather(): void {
    const { stream } = this.client.connection;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }

  private query(statement: string | Statement): Promise<QueryResult> {
    const query = typeof statement === 'string' ? statement : toQuery(statement, this.named);
    const attributes = { 'db.system.name': 'postgresql' };
    return inSpan(this.tracer, kindOf(statement), attributes, () => this.client.query(query));
  }

  private leave(): void {
    clearTimeout(this.cutting);
    this.signal.removeEventListener('abort', this.stop);
  }
}

const isBegin = (statement: string | Statement | undefined): boolean =>
  statement === BEGIN_READ || statement === BEGIN_WRITE;

/** What a trace calls a statement: by its name, or by its first word. No values are in it. */
function kindOf(statement: string | Statement): string {
  if (typeof statement !== 'string' && statement.name !== undefined) return statement.name;
  const text = typeof statement === 'string' ? statement : statement.text;
  return /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'statement';
}
