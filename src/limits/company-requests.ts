import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { type Sender } from './too-fast.js';

const RETRY_AFTER_SECONDS = 1;

/** Counts the requests of each company and platform credential that are under way in this process. */
export class CompanyRequests {
  private readonly underWay = new Map<string, number>();

  /** @param most how many each may have */
  constructor(private readonly most: number) {}

  /**
   * @returns what is to be called once, when the request has ended
   * @throws UnavailableError where there are as many as there may be
   */
  begin(companyId: string, sender: Sender): () => void {
    const before = this.underWay.get(companyId) ?? 0;
    if (before >= this.most) {
      throw new UnavailableError(
        `The ${sender} has ${this.most} requests under way, which is as many as it may have at once. Send this one ` +
          'again when some of them are answered.',
        RETRY_AFTER_SECONDS,
      );
    }
    this.underWay.set(companyId, before + 1);
    return () => this.end(companyId);
  }

  private end(companyId: string): void {
    const left = (this.underWay.get(companyId) ?? 0) - 1;
    if (left > 0) this.underWay.set(companyId, left);
    else this.underWay.delete(companyId);
  }
}
