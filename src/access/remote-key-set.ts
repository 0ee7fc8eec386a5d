import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { UnavailableError } from '../protocol/error/unavailable.error.js';

/** How long keys are taken for current. */
const FRESH = 10 * 60_000;
/** How long they are used while newer ones can't be fetched. */
const KEPT = 24 * 60 * 60_000;
/** Anybody can make up a key's id: the least time between two fetches for the sake of unknown ones. */
const COOLDOWN = 30_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/**
 * The keys that an issuer publishes. They are fetched when they are first needed, when they are old, and when a
 * token names one that is not among them; all requests share one fetch. After a failed fetch the source is left
 * alone, twice as long each time, and requests are answered from what is kept or refused without waiting.
 */
export class RemoteKeySet {
  private keys: ReturnType<typeof createLocalJWKSet> | undefined;
  private fetched = 0;
  private pending: Promise<void> | undefined;
  private failures = 0;
  private pausedUntil = 0;

  /**
   * @param fetchKeys - Asks the source once, within a limited time.
   * @param reportFailure - Told why each failed fetch did.
   */
  constructor(
    private readonly fetchKeys: () => Promise<JSONWebKeySet>,
    private readonly reportFailure: (error: unknown) => void,
  ) {}

  /**
   * The key that a token's header names.
   * @throws JWKSNoMatchingKey where the issuer has no such key, UnavailableError where that can't be told.
   */
  readonly findKey: JWTVerifyGetKey = async (header, token) => {
    if (this.age() > FRESH) await this.refresh();
    if (this.keys === undefined || this.age() > KEPT) throw this.unavailable();
    try {
      return await this.keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.age() < COOLDOWN) throw error;
    }
    await this.refresh();
    if (this.failures > 0) throw this.unavailable();
    return this.keys(header, token);
  };

  private age(): number {
    return this.keys === undefined ? Infinity : performance.now() - this.fetched;
  }

  private async refresh(): Promise<void> {
    if (this.pending === undefined) {
      if (performance.now() < this.pausedUntil) return;
      this.pending = this.fetchOnce().finally(() => (this.pending = undefined));
    }
    await this.pending;
  }

  private async fetchOnce(): Promise<void> {
    try {
      this.keys = createLocalJWKSet(await this.fetchKeys());
      this.fetched = performance.now();
      this.failures = 0;
    } catch (error) {
      const pause = Math.min(FIRST_PAUSE * 2 ** this.failures, LONGEST_PAUSE);
      this.failures += 1;
      this.pausedUntil = performance.now() + pause;
      this.reportFailure(error);
    }
  }

  private unavailable(): UnavailableError {
    const wait = Math.max(1, Math.ceil((this.pausedUntil - performance.now()) / 1000));
    return new UnavailableError("The keys of the token's issuer can't be fetched at the moment.", wait);
  }
}
