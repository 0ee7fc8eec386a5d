import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { type AccessScope, type CallerCompany, type Credential } from './credential.js';
import { InvalidTokenError } from './invalid-token.error.js';
import { IssuerKeys } from './issuer-keys.js';
import { ALGORITHMS, readUnverified } from './jwt.js';
import { type TokenIssuer, TokenIssuersStore } from './token-issuers.store.js';

/** How many seconds the clocks of the issuer and this server may differ. */
const CLOCK_TOLERANCE = 60;

/** The characters of a slug or an id. */
const COMPANY = /^[a-z0-9-]{1,63}$/;

/**
 * Verifies JWTs of registered issuers. RFC 7519 §7.2: the signature, issuer, audience and times must be right. RFC
 * 8725 §3 adds that the algorithm, the key and the type are chosen by this server and not by the token.
 */
@Injectable()
export class JwtVerifier {
  constructor(
    private readonly issuers: TokenIssuersStore,
    private readonly keys: IssuerKeys,
  ) {}

  /**
   * The credential of a valid token.
   *
   * @throws InvalidTokenError where the token is refused; UnavailableError where its issuer's keys can't be fetched
   */
  async verify(token: string): Promise<Credential> {
    const { issuer: name, audiences } = readUnverified(token);
    const issuer = chooseIssuer(await this.issuers.findByIssuer(name), audiences);
    try {
      const claims = await this.readVerified(token, name, issuer);
      const scopes = readScopes(claims, issuer);
      const company = await this.findCompany(claims, issuer);
      return {
        id: credentialId(issuer, claims),
        name: issuer.name,
        dialect: issuer.dialect,
        scopes,
        company,
      };
    } catch (error) {
      if (error instanceof InvalidTokenError) throw new InvalidTokenError(error.reason, issuer.id);
      throw error;
    }
  }

  private async readVerified(token: string, name: string, issuer: TokenIssuer): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.keys.of(issuer), {
        issuer: name,
        audience: issuer.audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE,
        requiredClaims: ['exp'],
      });
      return payload;
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      throw new InvalidTokenError(describe(error));
    }
  }

  private async findCompany(claims: JWTPayload, { company }: TokenIssuer): Promise<CallerCompany> {
    if (!('claim' in company)) return company;
    const named = Object.hasOwn(claims, company.claim) ? claims[company.claim] : undefined;
    if (typeof named !== 'string' || !COMPANY.test(named)) {
      throw new InvalidTokenError('the claim of the company is missing or no slug or id');
    }
    const found = await this.issuers.findCompany(named);
    if (!found) throw new InvalidTokenError('the claim of the company names none');
    return found;
  }
}

function chooseIssuer(issuers: readonly TokenIssuer[], audiences: readonly unknown[]): TokenIssuer {
  if (issuers.length === 0) throw new InvalidTokenError('iss is no registered issuer');
  const [issuer, other] = issuers.filter(({ audience }) => audiences.includes(audience));
  if (!issuer) throw new InvalidTokenError('aud names no audience that is registered for this issuer');
  if (other) throw new InvalidTokenError('aud names several audiences that are registered for this issuer');
  return issuer;
}

/**
 * The scopes of the issuer's tokens; if this token names `scim:read` or `scim:write`, only those that it names. The
 * claims `scope` and `scp` may be strings with blanks between the scopes, or arrays.
 */
function readScopes({ scope, scp }: JWTPayload, issuer: TokenIssuer): readonly AccessScope[] {
  const words = [scope, scp].flat().flatMap((each) => (typeof each === 'string' ? each.split(' ') : []));
  if (issuer.requiredScope !== undefined && !words.includes(issuer.requiredScope)) {
    throw new InvalidTokenError('the scope that the issuer needs is missing');
  }
  const named = words.filter((word) => word === 'scim:read' || word === 'scim:write');
  return named.length === 0 ? issuer.scopes : issuer.scopes.filter((each) => named.includes(each));
}

/** The subject may be a person's name or address, so the id that appears in logs has a hash of it. */
function credentialId(issuer: TokenIssuer, { sub }: JWTPayload): string {
  if (typeof sub !== 'string') return `jwt:${issuer.id}`;
  return `jwt:${issuer.id}:${createHash('sha256').update(sub, 'utf8').digest('hex').slice(0, 16)}`;
}

/** The reason for the log. The error's own message is not used, since it may quote the token. */
function describe(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `claim ${error.claim}: ${error.reason}`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'the issuer has no key of this kid and alg';
  if (error instanceof errors.JOSEError) return error.code;
  return "the issuer's key can't be used";
}
