import { UnavailableError } from '../../protocol/error/unavailable.error.js';
import { type AbortSignalLike } from '../../scim/abort-signal.js';
import { ClientGoneError } from '../../scim/client-gone.error.js';

/** How much may be taken at once, in bytes. */
export interface ShareLimits {
  readonly total: number;
  readonly perCompany: number;
  /** How long a request waits for its share, in milliseconds. */
  readonly patience: number;
  /** How many requests of one company may wait. */
  readonly waiting: number;
}

interface Waiter {
  readonly bytes: number;
  readonly start: () => void;
}

interface CompanyShare {
  taken: number;
  readonly queue: Waiter[];
}

/** What a request holds until it is given back. */
export interface Share {
  /** Gives back all but so many bytes. */
  shrink(bytes: number): void;
  release(): void;
}

const RETRY_AFTER_SECONDS = 1;

/**
 * Deals out a number of bytes to the requests of companies. What is not to be had at once is waited for: within a
 * company first come, first served; companies take turns, so that none waits for all that another one wants.
 */
export class BodyShares {
  private readonly companies = new Map<string, CompanyShare>();
  private taken = 0;

  constructor(private readonly limits: ShareLimits) {}

  /** How many bytes are taken, and how many requests wait for some. */
  usage(): { readonly bytes: number; readonly waiting: number } {
    let waiting = 0;
    for (const { queue } of this.companies.values()) waiting += queue.length;
    return { bytes: this.taken, waiting };
  }

  /**
   * Resolves with the share when it is there. More than one company may have counts as all of that.
   *
   * @param signal aborted when nobody waits for the answer any more; the request then leaves the queue
   * @throws UnavailableError where that takes too long, or too many wait already
   * @throws ClientGoneError where `signal` is aborted meanwhile
   */
  async take(company: string, wanted: number, signal?: AbortSignalLike): Promise<Share> {
    const { perCompany, total } = this.limits;
    const bytes = Math.min(wanted, perCompany, total);
    const share = this.companies.get(company) ?? { taken: 0, queue: [] };
    this.companies.set(company, share);
    if (share.queue.length === 0 && !this.isSomeoneNext() && this.fits(share, bytes)) this.add(share, bytes);
    else await this.wait(company, share, bytes, signal);
    return this.held(company, share, bytes);
  }

  private async wait(
    company: string,
    share: CompanyShare,
    bytes: number,
    signal: AbortSignalLike | undefined,
  ): Promise<void> {
    const { patience, waiting } = this.limits;
    if (share.queue.length >= waiting) throw busy();
    let refuse!: (error: Error) => void;
    const turn = new Promise<void>((start, reject) => {
      const waiter: Waiter = { bytes, start };
      share.queue.push(waiter);
      refuse = (error) => {
        const place = share.queue.indexOf(waiter);
        if (place === -1) return;
        share.queue.splice(place, 1);
        this.settle(company, share);
        reject(error);
      };
    });
    const leave = (): void => refuse(new ClientGoneError());
    const timer = setTimeout(() => refuse(busy()), patience);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await turn;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    }
  }

  private held(company: string, share: CompanyShare, bytes: number): Share {
    let held = bytes;
    const shrink = (left: number): void => {
      if (left >= held) return;
      this.add(share, left - held);
      held = left;
      this.settle(company, share);
    };
    return { shrink, release: () => shrink(0) };
  }

  private settle(company: string, share: CompanyShare): void {
    if (share.taken === 0 && share.queue.length === 0) this.companies.delete(company);
    while (this.serveRound());
  }

  /** Serves one of each company as far as there is enough. Who was served goes behind the other companies. */
  private serveRound(): boolean {
    let served = false;
    for (const [company, share] of [...this.companies]) {
      const [first] = share.queue;
      if (first === undefined || share.taken + first.bytes > this.limits.perCompany) continue;
      // What is left is kept for the company whose turn it is; otherwise smaller requests would overtake it for ever.
      if (this.taken + first.bytes > this.limits.total) break;
      share.queue.shift();
      this.add(share, first.bytes);
      this.companies.delete(company);
      this.companies.set(company, share);
      first.start();
      served = true;
    }
    return served;
  }

  /** Whether a request waits for what other companies have, and not for what its own has. */
  private isSomeoneNext(): boolean {
    return [...this.companies.values()].some(
      ({ taken, queue: [first] }) => first !== undefined && taken + first.bytes <= this.limits.perCompany,
    );
  }

  private fits(share: CompanyShare, bytes: number): boolean {
    const { total, perCompany } = this.limits;
    return this.taken + bytes <= total && share.taken + bytes <= perCompany;
  }

  private add(share: CompanyShare, bytes: number): void {
    share.taken += bytes;
    this.taken += bytes;
  }
}

function busy(): UnavailableError {
  return new UnavailableError(
    'The server reads as many request bodies as it may at once; send this request again in a moment.',
    RETRY_AFTER_SECONDS,
  );
}
