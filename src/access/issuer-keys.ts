import { Logger } from '@nestjs/common';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { JwksClient } from './jwks-client.js';
import { RemoteKeySet } from './remote-key-set.js';
import { type TokenIssuer } from './token-issuers.store.js';

/** How many key sets are kept, and how many characters one that stands in the database may have for that. */
const MOST_KEPT = 10_000;
const LONGEST_KEPT = 4096;

/** The public keys of token issuers. Those that were used last are kept. */
export class IssuerKeys {
  private readonly logger = new Logger(IssuerKeys.name);
  private readonly client: JwksClient;
  /** By the URL or the text of the key set; the one that was used last is behind all others. */
  private readonly sets = new Map<string, JWTVerifyGetKey>();

  /** @param allowedHosts names of hosts that may lead to any address */
  constructor(allowedHosts: readonly string[]) {
    this.client = new JwksClient(allowedHosts);
  }

  /** A function that finds the key for a token of this issuer or credential. It throws as {@link RemoteKeySet.findKey} does. */
  of({ keys }: Pick<TokenIssuer, 'keys'>): JWTVerifyGetKey {
    const source = 'url' in keys ? keys.url : keys.text;
    const found = this.sets.get(source) ?? this.make(keys);
    this.sets.delete(source);
    if ('url' in keys || keys.text.length <= LONGEST_KEPT) this.sets.set(source, found);
    const [oldest] = this.sets.keys();
    if (this.sets.size > MOST_KEPT && oldest !== undefined) this.sets.delete(oldest);
    return found;
  }

  private make(keys: TokenIssuer['keys']): JWTVerifyGetKey {
    return 'url' in keys ? this.remote(keys.url) : createLocalJWKSet(JSON.parse(keys.text) as JSONWebKeySet);
  }

  private remote(url: string): JWTVerifyGetKey {
    const report = (error: unknown): void => this.logger.warn(`keys not fetched: ${url}: ${describe(error)}`);
    return new RemoteKeySet(() => this.client.fetch(url), report).findKey;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
