import { Inject, Injectable } from '@nestjs/common';
import { AuthenticationFailures } from '../access/authentication-failures.js';
import { hashAccessToken, makeAccessToken } from '../access/access-token.js';
import { requireHere } from '../access/credential.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type RequestFacts } from '../scim/request-facts.js';
import {
  type AuthenticatedClient,
  type AuthenticationPlace,
  ClientAuthenticator,
} from './client-authenticator.js';
import { ClientNotAuthenticatedError, OauthError } from './oauth.error.js';
import { type OauthClient, OauthClientsStore } from './oauth-clients.store.js';
import { grantScopes } from './requested-scopes.js';
import { type ClientAuthentication, type TokenRequest } from './token-request.js';

/** How long a token is valid: an hour suits Entra ID (60 minutes to 6 hours) and the CAEP interoperability profile. */
const TOKEN_SECONDS = 3600;

/** The answer to a request for a token (RFC 6749 §5.1). */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: string;
}

/** Where a request for a token comes from. */
export interface Origin extends AuthenticationPlace {
  readonly address: string;
  /** Told whose request it is. */
  readonly facts: RequestFacts;
}

/** Issues access tokens to clients by their own authority (RFC 6749 §4.4). */
@Injectable()
export class TokenService {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly failures: AuthenticationFailures,
    private readonly clients: OauthClientsStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @throws OauthError as RFC 6749 §5.2 has it; TooManyRequestsError after too many failures from the address;
   *   UnavailableError where the database or the keys of an issuer can't be reached
   */
  async issue({ authentication, scope }: TokenRequest, origin: Origin): Promise<TokenAnswer> {
    const { client, parent } = await this.authenticate(authentication, origin);
    const { facts } = origin;
    const { id, name } = client;
    Object.assign(facts, { company: client.company.slug, credential: { id, name } });
    requireAllowed(client);
    const scopes = grantScopes(scope, client.scopes);
    const token = makeAccessToken(this.settings.cell);
    const isIssued = await this.clients.issueToken({
      ...{ clientId: id, parent, hash: hashAccessToken(token), scopes, userAgent: facts.client },
      ...{ lifetimeSeconds: TOKEN_SECONDS, most: this.settings.clientTokens },
    });
    if (!isIssued) throw new ClientNotAuthenticatedError({ id, name, reason: 'ended at this moment' });
    const granted = scopes.join(' ');
    return { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS, scope: granted };
  }

  private async authenticate(
    authentication: ClientAuthentication,
    origin: Origin,
  ): Promise<AuthenticatedClient> {
    const { address } = origin;
    const credential = lastingCredential(authentication);
    await this.failures.admit(address, credential);
    try {
      const authenticated = await this.authenticator.authenticate(authentication, origin);
      await this.failures.note(address, credential, authenticated.client.company.id);
      return authenticated;
    } catch (error) {
      if (error instanceof ClientNotAuthenticatedError)
        await this.failures.note(address, credential, undefined);
      throw error;
    }
  }
}

/** The credential that the client will send again: its id and secret. An assertion is a new one each time. */
const lastingCredential = (authentication: ClientAuthentication): string | undefined =>
  'secret' in authentication ? `${authentication.clientId}:${authentication.secret}` : undefined;

/** Refuses clients that may not have a token. They are authenticated, so they may be told why. */
function requireAllowed({ disabled, company }: OauthClient): void {
  requireHere(company);
  if (company.suspended) {
    throw new OauthError(
      400,
      'unauthorized_client',
      'This company is suspended: no token is issued until the operator resumes it.',
    );
  }
  if (disabled) throw new OauthError(400, 'unauthorized_client', 'The operator has disabled this client.');
}
