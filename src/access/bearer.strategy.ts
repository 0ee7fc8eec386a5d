import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { type Request } from 'express';
import { Strategy } from 'passport-http-bearer';
import { hashAccessToken } from './access-token.js';
import { AccessTokensStore } from './access-tokens.store.js';
import { type AcceptedSchemes, asBearer } from './authorization-header.js';
import { type Credential } from './credential.js';
import { looksLikeJwt } from './jwt.js';
import { JwtVerifier } from './jwt.verifier.js';

/** Longer than any token this server issues or accepts. */
const LONGEST_TOKEN = 8192;

/** Bearer tokens of RFC 6750, from the Authorization header alone. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  constructor(
    private readonly tokens: AccessTokensStore,
    private readonly jwts: JwtVerifier,
  ) {
    super();
  }

  /** The library also reads tokens from the query and the body, where they would end up in logs: it is not shown them. */
  override authenticate(request: Request, schemes?: object): void {
    const authorization = asBearer(request.headers.authorization, schemes as AcceptedSchemes);
    super.authenticate({ headers: { authorization } } as Request);
  }

  /** Two ways that never meet: what has the form of a JWT is none of our own tokens, whatever comes of it. */
  async validate(token: string): Promise<Credential | false> {
    if (token.length > LONGEST_TOKEN) return false;
    if (looksLikeJwt(token)) return this.jwts.verify(token);
    return (await this.tokens.findByHash(hashAccessToken(token))) ?? false;
  }
}
