import { Logger } from '@nestjs/common';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { JwksClient } from './jwks-client.js';
import { RemoteKeySet } from './remote-key-set.js';
import { type TokenIssuer } from './token-issuers.store.js';

/** The public keys of token issuers, cached as long as the process runs. */
export class IssuerKeys {
  private readonly logger = new Logger(IssuerKeys.name);
  private readonly client: JwksClient;
  /**
   * By the URL or the text of the key set. The map cannot grow without limit, since issuers are registered by hand.
   */
  private readonly sets = new Map<string, JWTVerifyGetKey>();

  /** @param allowedHosts names of hosts that may lead to any address */
  constructor(allowedHosts: readonly string[]) {
    this.client = new JwksClient(allowedHosts);
  }

  /** A function that finds the key for a token of this issuer or credential. It throws as {@link RemoteKeySet.findKey} does. */
  of({ keys }: Pick<TokenIssuer, 'keys'>): JWTVerifyGetKey {
    const source = 'url' in keys ? keys.url : keys.text;
    const known = this.sets.get(source);
    if (known) return known;
    const made =
      'url' in keys ? this.remote(keys.url) : createLocalJWKSet(JSON.parse(keys.text) as JSONWebKeySet);
    this.sets.set(source, made);
    return made;
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
