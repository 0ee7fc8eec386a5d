import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type ObservedRequest } from '../access/authenticated-request.js';
import { type TooManyRequestsError } from '../protocol/error/too-many-requests.error.js';

/** How long a refusal is remembered at most, and for how many credentials. */
const LONGEST_MS = 1000;
const MOST_REMEMBERED = 1000;

/** A request that was refused because its sender sends too fast. */
export interface RefusedRate {
  /** Slug of the company; undefined where the request was about no single one. */
  readonly company: string | undefined;
  readonly credential: ObservedRequest['facts']['credential'];
  /** What it was refused with. */
  readonly error: TooManyRequestsError;
}

interface Remembered extends RefusedRate {
  /** By `performance.now()`. */
  readonly until: number;
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
    this.byCredential.set(hashOf(authorization), { ...refused, until });
  }

  /** The refusal for a request with this header; undefined where the request has to be judged. */
  find(authorization: string): RefusedRate | undefined {
    if (this.byCredential.size === 0) return undefined;
    const hash = hashOf(authorization);
    const refused = this.byCredential.get(hash);
    if (refused !== undefined && refused.until > performance.now()) return refused;
    this.byCredential.delete(hash);
    return undefined;
  }

  private forget(now: number): void {
    for (const [hash, { until }] of this.byCredential) if (until <= now) this.byCredential.delete(hash);
  }
}

const hashOf = (authorization: string): string =>
  createHash('sha256').update(authorization, 'utf8').digest('base64');
