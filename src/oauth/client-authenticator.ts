import { Injectable } from '@nestjs/common';
import { hashClientSecret } from '../access/client-secret.js';
import { namesOf } from '../access/credential.js';
import { InvalidTokenError } from '../access/invalid-token.error.js';
import { KeysUnavailableError } from '../access/keys-unavailable.error.js';
import { type RefusedCredential } from '../scim/request-facts.js';
import { AssertionVerifier, subjectOf } from './assertion.verifier.js';
import { ClientNotAuthenticatedError } from './oauth.error.js';
import { type OauthClient, OauthClientsStore, type Parent, type ShownSecret } from './oauth-clients.store.js';
import { type ClientAuthentication } from './token-request.js';

/** A client, and by what it was authenticated. */
export interface AuthenticatedClient {
  readonly client: OauthClient;
  readonly parent: Parent;
}

/** No other id is looked up. */
const CLIENT_ID = /^client_[A-Za-z0-9_-]{22}$/;

/** What a client is authenticated for. */
export interface AuthenticationPlace {
  /** Slug or id of the company that the client has to be of; undefined for any. */
  readonly company: string | undefined;
  /** The issuer that this server is. */
  readonly server: string;
}

/** Finds out which client a request is from. */
@Injectable()
export class ClientAuthenticator {
  constructor(
    private readonly clients: OauthClientsStore,
    private readonly assertions: AssertionVerifier,
  ) {}

  /**
   * The client that shows a secret of its own, or an assertion that stands for it.
   *
   * @throws ClientNotAuthenticatedError; KeysUnavailableError where the keys of an issuer can't be fetched
   */
  async authenticate(
    authentication: ClientAuthentication,
    { company, server }: AuthenticationPlace,
  ): Promise<AuthenticatedClient> {
    if ('assertion' in authentication) {
      const { clientId, assertion } = authentication;
      const client = await this.findClient(clientId ?? ownSubject(assertion), undefined, company);
      return { client, parent: { federatedCredential: await this.verify(assertion, client, server) } };
    }
    const { clientId, secret } = authentication;
    const client = await this.findClient(clientId, hashClientSecret(secret), company);
    return { client, parent: { secret: requireInForce(client).id } };
  }

  /** The id of the credential that the assertion fits. */
  private async verify(assertion: string, client: OauthClient, server: string): Promise<string> {
    try {
      return (await this.assertions.verify(assertion, client, server)).id;
    } catch (error) {
      if (error instanceof KeysUnavailableError) throw error.about(describe(client));
      if (!(error instanceof InvalidTokenError)) throw error;
      throw new ClientNotAuthenticatedError({ ...describeRefusal(client, error.reason), ...error.known });
    }
  }

  private async findClient(
    clientId: string,
    secretHash: Buffer | undefined,
    company: string | undefined,
  ): Promise<OauthClient> {
    const client = CLIENT_ID.test(clientId) ? await this.clients.find(clientId, secretHash) : undefined;
    if (!client) throw new ClientNotAuthenticatedError({ reason: 'there is no such client' });
    if (company !== undefined && !namesOf(client.company).includes(company)) {
      throw new ClientNotAuthenticatedError(describeRefusal(client, 'the path names another company'));
    }
    return client;
  }
}

/** A client that signs itself need not be named beside the assertion (RFC 7521 §4.2). */
function ownSubject(assertion: string): string {
  try {
    return subjectOf(assertion) ?? '';
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    throw new ClientNotAuthenticatedError({ reason: error.reason });
  }
}

function requireInForce(client: OauthClient): ShownSecret {
  const { secret } = client;
  if (!secret)
    throw new ClientNotAuthenticatedError(describeRefusal(client, 'the secret is not one of its own'));
  const { expires, revoked } = secret;
  if (revoked)
    throw new ClientNotAuthenticatedError({ ...describeRefusal(client, 'revoked'), since: revoked });
  if (expires > new Date()) return secret;
  throw new ClientNotAuthenticatedError({ ...describeRefusal(client, 'expired'), since: expires });
}

/** For the log: whose client it is, though that is not proved. */
const describe = ({ id, name, company }: OauthClient): Omit<RefusedCredential, 'reason'> => ({
  id,
  name,
  company: company.slug,
});

const describeRefusal = (client: OauthClient, reason: string): RefusedCredential => ({
  ...describe(client),
  reason,
});
