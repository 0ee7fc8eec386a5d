import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { type Request } from 'express';
import { Strategy } from 'passport-http-bearer';
import { hashAccessToken } from './access-token.js';
import { AccessTokensStore } from './access-tokens.store.js';
import { type AcceptedSchemes, asBearer } from './authorization-header.js';
import { type Credential } from './credential.js';
import { UnknownTokenError } from './invalid-token.error.js';
import { looksLikeJwt } from './jwt.js';
import { JwtVerifier } from './jwt.verifier.js';

/** Greatest length of a token, in characters. */
const MAX_TOKEN_LENGTH = 8192;

/**
 * Authenticates by a bearer token. RFC 6750 §2 has three places for it: the Authorization header, a form field of the
 * body, and the query. Only the header is read here, since bodies and URLs end up in logs.
 */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  constructor(
    private readonly tokens: AccessTokensStore,
    private readonly jwts: JwtVerifier,
  ) {
    super();
  }

  /** The library reads a token from the query and the body too, so it gets a request that has only the header. */
  override authenticate(request: Request, schemes?: object): void {
    const authorization = asBearer(request.headers.authorization, schemes as AcceptedSchemes);
    super.authenticate({ headers: { authorization } } as Request);
  }

  /**
   * The credential of a token. A token in the form of a JWT is only verified as one, and never looked up among the
   * tokens that this server has issued, even if its signature is wrong.
   *
   * @throws InvalidTokenError for a JWT that is refused, UnknownTokenError for another token that is not in force;
   *   UnavailableError where the keys of a JWT's issuer can't be fetched
   */
  async validate(token: string): Promise<Credential | false> {
    if (token.length > MAX_TOKEN_LENGTH) return false;
    if (looksLikeJwt(token)) return this.jwts.verify(token);
    const hash = hashAccessToken(token);
    const credential = await this.tokens.findByHash(hash);
    if (!credential) throw new UnknownTokenError(hash);
    return credential;
  }
}
