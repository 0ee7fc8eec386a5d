import { CompanyBusyError } from './transaction-errors.js';

const SHARE = 0.4;
const LONGEST_QUEUE = 1000;

interface Place {
  held: number;
  readonly waiting: (() => void)[];
}

/** Lets no company hold more than its share of a pool; its further requests wait in a queue of its own. */
export class CompanyGate {
  private readonly places = new Map<string, Place>();
  private readonly limit: number;

  constructor(
    poolSize: number,
    private readonly longestQueue = LONGEST_QUEUE,
  ) {
    this.limit = Math.max(1, Math.floor(poolSize * SHARE));
  }

  /**
   * Waits for the company's turn.
   * @returns To be called once, when the connection has been given back.
   * @throws CompanyBusyError where the company's queue is full.
   */
  async enter(companyId: string): Promise<() => void> {
    const place = this.places.get(companyId) ?? { held: 0, waiting: [] };
    this.places.set(companyId, place);
    if (place.held < this.limit) {
      place.held += 1;
    } else if (place.waiting.length < this.longestQueue) {
      await new Promise<void>((resolve) => place.waiting.push(resolve));
    } else {
      throw new CompanyBusyError();
    }
    return () => this.leave(companyId, place);
  }

  private leave(companyId: string, place: Place): void {
    const next = place.waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    place.held -= 1;
    if (place.held === 0) {
      this.places.delete(companyId);
    }
  }
}
