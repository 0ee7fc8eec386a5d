import { Injectable } from '@nestjs/common';
import { type RefusedCredential } from '../scim/request-facts.js';
import { AccessTokensStore } from './access-tokens.store.js';

/** How many look-ups may wait. Anybody can send tokens that do not exist. */
const MOST_WAITING = 10;

/**
 * Finds out what is wrong with tokens that were refused, for the log. It takes no part in refusing them: the answer does
 * not wait for it. One look-up runs at a time, so that those of tokens in force have the connections.
 */
@Injectable()
export class RefusedTokens {
  private readonly pending = new Map<string, Promise<RefusedCredential | undefined>>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly tokens: AccessTokensStore) {}

  /**
   * What is known of the token with this hash. Undefined where it never existed, or where too many look-ups wait or the
   * database does not answer. It never rejects.
   */
  explain(hash: Buffer): Promise<RefusedCredential | undefined> {
    const key = hash.toString('hex');
    const pending = this.pending.get(key);
    if (pending) return pending;
    if (this.pending.size >= MOST_WAITING) return Promise.resolve(undefined);
    const explained = this.last
      .then(() => this.tokens.findRefused(hash))
      .catch(() => undefined)
      .finally(() => this.pending.delete(key));
    this.pending.set(key, explained);
    this.last = explained;
    return explained;
  }
}
