import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { type RefusedCredential } from '../scim/request-facts.js';
import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { type AccessScope, type CallerCompany, type Credential } from './credential.js';
import { InvalidTokenError } from './invalid-token.error.js';
import { KeysUnavailableError } from './keys-unavailable.error.js';
import { IssuerKeys } from './issuer-keys.js';
import { ALGORITHMS, CLOCK_TOLERANCE, readUnverified, requireNearEnd } from './jwt.js';
import { describeJwtError, isShown, shownAudiences, shownClaim } from './jwt-refusal.js';
import { type TokenIssuer, TokenIssuersStore } from './token-issuers.store.js';

/** The characters of a slug or an id. */
const COMPANY = /^[a-z0-9-]{1,63}$/;

/**
 * Verifies JWTs of registered issuers. RFC 7519 §7.2: the signature, issuer, audience and times must be right. RFC
 * 8725 §3 adds that the algorithm, the key and the type are chosen by this server and not by the token.
 */
@Injectable()
export class JwtVerifier {
  /** @param longestHours how many hours a token's end may be away */
  constructor(
    private readonly issuers: TokenIssuersStore,
    private readonly keys: IssuerKeys,
    private readonly longestHours: number,
  ) {}

  /**
   * The credential of a valid token.
   *
   * @throws InvalidTokenError where the token is refused; KeysUnavailableError where its issuer's keys can't be fetched
   */
  async verify(token: string): Promise<Credential> {
    const { issuer: name, audiences } = readUnverified(token);
    const issuer = chooseIssuer(await this.issuers.findByIssuer(name), name, audiences);
    try {
      const claims = await this.readVerified(token, name, issuer);
      const scopes = readScopes(claims, issuer);
      const company = await this.findCompany(claims, issuer);
      return {
        id: credentialId(issuer, claims),
        name: issuer.name,
        client: clientOf(claims),
        dialect: issuer.dialect,
        scopes,
        company,
      };
    } catch (error) {
      if (error instanceof KeysUnavailableError) throw error.about(describeIssuer(issuer));
      if (!(error instanceof InvalidTokenError)) throw error;
      throw new InvalidTokenError(error.reason, { ...describeIssuer(issuer), ...error.known });
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
      requireNearEnd(payload, this.longestHours);
      return payload;
    } catch (error) {
      if (error instanceof UnavailableError || error instanceof InvalidTokenError) throw error;
      throw new InvalidTokenError(describeJwtError(error), describeClaims(error));
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

function chooseIssuer(
  issuers: readonly TokenIssuer[],
  name: string,
  audiences: readonly unknown[],
): TokenIssuer {
  const [first, second] = issuers;
  if (!first) throw new InvalidTokenError('iss is no registered issuer', { received: shownClaim(name) });
  const [issuer, other] = issuers.filter(({ audience }) => audiences.includes(audience));
  const known = {
    ...(second ? {} : describeIssuer(first)),
    received: shownAudiences(audiences),
  };
  if (!issuer) throw new InvalidTokenError('aud names no audience that is registered for this issuer', known);
  if (other) {
    throw new InvalidTokenError('aud names several audiences that are registered for this issuer', known);
  }
  return issuer;
}

/** How an issuer is named in the log. Whether the token is really from this issuer may not be proved yet. */
function describeIssuer({ id, name, company }: TokenIssuer): Omit<RefusedCredential, 'reason'> {
  return { id: `jwt:${id}`, name, ...('claim' in company ? {} : { company: company.slug }) };
}

/** What the log is told of a token whose signature was right. */
function describeClaims(error: unknown): Omit<RefusedCredential, 'reason'> {
  if (!(error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed)) return {};
  const { payload } = error;
  const client = clientOf(payload);
  const end = error instanceof errors.JWTExpired ? payload.exp : undefined;
  return {
    ...(client === undefined ? {} : { client }),
    ...(end === undefined ? {} : { since: new Date(end * 1000) }),
  };
}

/** The client that a token was issued to: RFC 9068 calls it `client_id`, OpenID Connect `azp`, Entra ID `appid`. */
function clientOf({ client_id, azp, appid }: JWTPayload): string | undefined {
  const client = [client_id, azp, appid].find(isShown);
  return client === undefined ? undefined : shownClaim(client);
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
