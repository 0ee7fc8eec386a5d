import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { KeysUnavailableError } from './keys-unavailable.error.js';

/** How old keys may be before they are fetched again. */
const FRESH_MS = 10 * 60_000;
/** How old keys may be if newer ones can't be fetched. */
const MAX_AGE_MS = 24 * 60 * 60_000;
/** The least time between two fetches for unknown key ids. Anybody can send a token with an invented id. */
const COOLDOWN_MS = 5 * 60_000;
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/**
 * The keys that an issuer publishes at a URL. They are fetched when they are first needed, when they are old, and
 * when a token names a key that is not among them. Requests at the same time share one fetch. After a failed fetch
 * there is a pause, twice as long after each further failure. During a pause the cached keys are used; if there are
 * none, requests are refused without waiting.
 */
export class RemoteKeySet {
  private keys: ReturnType<typeof createLocalJWKSet> | undefined;
  private fetched = 0;
  private pending: Promise<void> | undefined;
  private failures = 0;
  private pausedUntil = 0;

  /**
   * @param fetchKeys makes one attempt to fetch the keys, within a limited time
   * @param reportFailure called with the error of each failed attempt
   */
  constructor(
    private readonly fetchKeys: () => Promise<JSONWebKeySet>,
    private readonly reportFailure: (error: unknown) => void,
  ) {}

  /**
   * The key that a token's header names.
   *
   * @throws JWKSNoMatchingKey where the issuer has no such key; KeysUnavailableError where the keys can't be fetched
   */
  readonly findKey: JWTVerifyGetKey = async (header, token) => {
    if (this.age() > FRESH_MS) await this.refresh();
    if (this.keys === undefined || this.age() > MAX_AGE_MS) throw this.unavailable();
    try {
      return await this.keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.age() < COOLDOWN_MS) throw error;
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
      const pause = Math.min(MIN_PAUSE_MS * 2 ** this.failures, MAX_PAUSE_MS);
      this.failures += 1;
      this.pausedUntil = performance.now() + pause;
      this.reportFailure(error);
    }
  }

  private unavailable(): KeysUnavailableError {
    const wait = Math.max(1, Math.ceil((this.pausedUntil - performance.now()) / 1000));
    return new KeysUnavailableError(wait);
  }
}
