import { Inject, Injectable } from '@nestjs/common';
import { type JWTPayload, jwtVerify } from 'jose';
import { InvalidTokenError } from '../access/invalid-token.error.js';
import { IssuerKeys } from '../access/issuer-keys.js';
import {
  audiencesOf,
  CLOCK_TOLERANCE,
  readUnverified,
  requireNearEnd,
  TYPES,
  type UnverifiedJwt,
} from '../access/jwt.js';
import { describeJwtError, shownAudiences, shownClaim } from '../access/jwt-refusal.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { type FederatedCredential, type OauthClient } from './oauth-clients.store.js';
import { TOKEN_PATH } from './paths.js';

/** The signature algorithms of assertions, as the metadata of this server names them. */
export const ASSERTION_ALGORITHMS = ['RS256', 'ES256'];

/** Entra ID signs assertions as plain JWTs; newer clients give theirs a type of their own. */
const ASSERTION_HEADER = {
  algorithms: ASSERTION_ALGORITHMS,
  types: [...TYPES, 'client-authentication+jwt', 'application/client-authentication+jwt'],
};

/** What the claims of an assertion have to be. */
interface Expected {
  readonly credential: FederatedCredential;
  readonly issuer: string;
  readonly subject: string;
  readonly tenant: string | undefined;
  readonly audiences: readonly string[];
}

/**
 * Verifies assertions that stand for a client. RFC 7523 §3: `iss`, `sub`, `aud` and `exp` are needed. Nothing else is,
 * but for the tenant of Entra ID, which shares its keys among tenants. Claims are compared character for character.
 */
@Injectable()
export class AssertionVerifier {
  constructor(
    private readonly keys: IssuerKeys,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The client's credential that the assertion fits.
   *
   * @param server the issuer that this server is
   * @throws InvalidTokenError where the assertion is refused; UnavailableError where the issuer's keys can't be fetched
   */
  async verify(assertion: string, client: OauthClient, server: string): Promise<FederatedCredential> {
    const unverified = readUnverified(assertion, ASSERTION_HEADER);
    const expected = chooseExpected(unverified, client, server);
    const claims = await this.readVerified(assertion, expected);
    requireClaims(claims, expected);
    return expected.credential;
  }

  private async readVerified(assertion: string, { credential, issuer }: Expected): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(assertion, this.keys.of(credential), {
        issuer,
        algorithms: ASSERTION_ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE,
        requiredClaims: ['exp', 'sub', 'aud'],
      });
      requireNearEnd(payload, this.settings.jwtHours);
      return payload;
    } catch (error) {
      if (error instanceof UnavailableError || error instanceof InvalidTokenError) throw error;
      throw new InvalidTokenError(describeJwtError(error));
    }
  }
}

/** The client that an assertion names as its own subject (RFC 7523 §3); undefined where it names none. */
export function subjectOf(assertion: string): string | undefined {
  const { subject } = readUnverified(assertion, ASSERTION_HEADER);
  return typeof subject === 'string' ? subject : undefined;
}

function chooseExpected(
  { issuer, subject, audiences }: UnverifiedJwt,
  client: OauthClient,
  server: string,
): Expected {
  const ofIssuer = client.federatedCredentials
    .map((credential) => expectedBy(credential, client, server))
    .filter((each) => each.issuer === issuer);
  const fitting = ofIssuer.find(
    (each) => each.subject === subject && each.audiences.some((audience) => audiences.includes(audience)),
  );
  // Where none fits, the first is verified all the same, so that the log tells only what a signature proves.
  const chosen = fitting ?? ofIssuer[0];
  if (chosen) return chosen;
  throw new InvalidTokenError('iss is no issuer of the client', { received: shownClaim(issuer) });
}

/** RFC 7523 §3: a client that signs itself is issuer and subject, and this server is the audience. */
function expectedBy(credential: FederatedCredential, { id }: OauthClient, server: string): Expected {
  const { assertedBy } = credential;
  if (assertedBy) return { ...assertedBy, credential };
  return { credential, issuer: id, subject: id, tenant: undefined, audiences: [server, server + TOKEN_PATH] };
}

function requireClaims({ sub, tid, aud }: JWTPayload, { subject, tenant, audiences }: Expected): void {
  if (sub !== subject) {
    throw new InvalidTokenError('sub is not the one that is registered', { received: shownClaim(sub) });
  }
  if (tenant !== undefined && tid !== tenant) {
    throw new InvalidTokenError('tid is not the one that is registered', { received: shownClaim(tid) });
  }
  const named = audiencesOf(aud);
  if (named.some((audience) => audiences.includes(audience as string))) return;
  throw new InvalidTokenError('aud is none of those that are registered', {
    received: shownAudiences(named),
  });
}
