import { CompanyBusyError } from './transaction-errors.js';

/** The part of a pool that one company may use. */
const MAX_SHARE = 0.4;
const MAX_QUEUE_LENGTH = 1000;

/** The connections that a company uses, and its requests that wait for one. */
interface CompanyQueue {
  held: number;
  readonly waiting: (() => void)[];
}

/** Limits how many connections of a pool each company uses. Further requests of the company wait in its own queue. */
export class CompanyGate {
  private readonly queues = new Map<string, CompanyQueue>();
  private readonly limit: number;

  constructor(
    poolSize: number,
    private readonly maxQueueLength = MAX_QUEUE_LENGTH,
  ) {
    this.limit = Math.max(1, Math.floor(poolSize * MAX_SHARE));
  }

  /**
   * Waits until the company may use another connection.
   *
   * @returns a function to be called once, when the connection was returned to the pool
   * @throws CompanyBusyError where the company's queue is full
   */
  async enter(companyId: string): Promise<() => void> {
    const queue = this.queues.get(companyId) ?? { held: 0, waiting: [] };
    this.queues.set(companyId, queue);
    if (queue.held < this.limit) {
      queue.held += 1;
    } else if (queue.waiting.length < this.maxQueueLength) {
      await new Promise<void>((resolve) => queue.waiting.push(resolve));
    } else {
      throw new CompanyBusyError();
    }
    return () => this.leave(companyId, queue);
  }

  private leave(companyId: string, queue: CompanyQueue): void {
    const next = queue.waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    queue.held -= 1;
    if (queue.held === 0) {
      this.queues.delete(companyId);
    }
  }
}
