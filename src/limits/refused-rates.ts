import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type ObservedRequest } from '../access/authenticated-request.js';
import { type TooManyRequestsError } from '../protocol/error/too-many-requests.error.js';

/** How long a refusal is remembered at most, and for how many credentials. */
const LONGEST_MS = 1000;
const MOST_REMEMBERED = 1000;
/** Who sends again so soon after a refusal goes on without a pause. */
const PAUSE_MS = 25;

/** A request that was refused because its sender sends too fast. */
export interface RefusedRate {
  /** Slug of the company; undefined where the request was about no single one. */
  readonly company: string | undefined;
  readonly credential: ObservedRequest['facts']['credential'];
  /** What it was refused with. */
  readonly error: TooManyRequestsError;
}

/** Times are those of `performance.now()`. */
interface Remembered {
  readonly refused: RefusedRate;
  readonly until: number;
  /** When a request was refused last. */
  last: number;
}

/**
 * Remembers, for a second at most, which credentials are over their rate, so that further requests with them cost no look-up.
 * Since it only refuses, a credential that ends meanwhile is not let in by it.
 */
@Injectable()
export class RefusedRates {
  private readonly byCredential = new Map<string, Remembered>();

  /**
   * @param authorization the header of the request that was refused
   * @param milliseconds when the sender may send again
   */
  note(authorization: string, refused: RefusedRate, milliseconds: number): void {
    const now = performance.now();
    if (this.byCredential.size >= MOST_REMEMBERED) this.forget(now);
    if (this.byCredential.size >= MOST_REMEMBERED) return;
    const until = now + Math.min(milliseconds, LONGEST_MS);
    this.byCredential.set(hashOf(authorization), { refused, until, last: now });
  }

  /** The refusal for a request with this header; undefined where the request has to be judged. */
  find(authorization: string): RefusedRate | undefined {
    if (this.byCredential.size === 0) return undefined;
    const hash = hashOf(authorization);
    const remembered = this.byCredential.get(hash);
    const now = performance.now();
    if (remembered === undefined) return undefined;
    if (remembered.until > now) {
      remembered.last = now;
      return remembered.refused;
    }
    if (!isPressing(remembered, now)) this.byCredential.delete(hash);
    return undefined;
  }

  /** Whether a request with this header was refused a moment ago, so that its sender does not wait as it was told to. */
  isPressing(authorization: string): boolean {
    if (this.byCredential.size === 0) return false;
    const remembered = this.byCredential.get(hashOf(authorization));
    return remembered !== undefined && isPressing(remembered, performance.now());
  }

  private forget(now: number): void {
    for (const [hash, { until }] of this.byCredential) if (until <= now) this.byCredential.delete(hash);
  }
}

const isPressing = ({ last }: Remembered, now: number): boolean => now - last < PAUSE_MS;

const hashOf = (authorization: string): string =>
  createHash('sha256').update(authorization, 'utf8').digest('base64');
