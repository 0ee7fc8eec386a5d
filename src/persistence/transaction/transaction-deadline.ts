import { type AbortSignalLike, LightAbortSignal } from '../../scim/abort-signal.js';
import { ClientGoneError } from '../../scim/client-gone.error.js';
import { StatementTimeoutError } from './transaction-errors.js';

/**
 * How long a transaction may go on, all its attempts together. Its `signal` is aborted with a StatementTimeoutError when
 * the time is over, and with a ClientGoneError when nobody waits for the answer any more.
 */
export class TransactionDeadline {
  private readonly own = new LightAbortSignal();
  readonly signal: AbortSignalLike = this.own;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param limit milliseconds
   * @param client aborted when the client has gone
   */
  constructor(
    limit: number,
    private readonly client?: AbortSignalLike,
  ) {
    this.timer = setTimeout(() => this.own.abort(new StatementTimeoutError()), limit).unref();
    if (client?.aborted) this.abandon();
    client?.addEventListener('abort', this.abandon, { once: true });
  }

  /** From now on only the time counts: a COMMIT is not stopped because its client has gone. */
  ignoreClient(): void {
    this.client?.removeEventListener('abort', this.abandon);
  }

  /** To be called when the transaction is over. */
  end(): void {
    clearTimeout(this.timer);
    this.ignoreClient();
  }

  private readonly abandon = (): void => this.own.abort(new ClientGoneError());
}
