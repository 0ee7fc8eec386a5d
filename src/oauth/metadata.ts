import { type Settings } from '../config/settings.js';
import { ASSERTION_ALGORITHMS } from './assertion.verifier.js';
import { RESOURCE_METADATA, TOKEN_PATH } from './paths.js';
import { SCOPE_WORDS } from './requested-scopes.js';

/** Where people read how clients are set up. */
const GUIDE = '/docs/guides/oauth-clients';

/** What a client can find out about this server (RFC 8414 §2). */
export interface ServerMetadata {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[];
  readonly grant_types_supported: readonly string[];
  readonly response_types_supported: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly service_documentation?: string;
}

/** What a client can find out about what tokens open (RFC 9728 §2). */
export interface ResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly bearer_methods_supported: readonly string[];
  readonly resource_name: string;
  readonly resource_documentation?: string;
}

/**
 * The metadata of this server. RFC 8414 §2 requires `response_types_supported`; a server without an authorization
 * endpoint has none.
 *
 * @param issuer what this server is, which is also in front of its paths
 * @param hasClientKeys whether clients sign assertions with keys of their own: those of other issuers are no
 *   `private_key_jwt`, whose issuer is the client itself
 */
export const describeServer = (
  issuer: string,
  hasClientKeys: boolean,
  { docs }: Pick<Settings, 'docs'>,
): ServerMetadata => ({
  issuer,
  token_endpoint: issuer + TOKEN_PATH,
  token_endpoint_auth_methods_supported: [
    'client_secret_basic',
    'client_secret_post',
    ...(hasClientKeys ? ['private_key_jwt'] : []),
  ],
  ...(hasClientKeys && { token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS }),
  grant_types_supported: ['client_credentials'],
  response_types_supported: [],
  scopes_supported: SCOPE_WORDS,
  ...(docs && { service_documentation: issuer + GUIDE }),
});

/** @param mount the path of the surface that is described, without slashes around it */
export const describeResource = (
  issuer: string,
  mount: string,
  { docs }: Pick<Settings, 'docs'>,
): ResourceMetadata => ({
  resource: `${issuer}/${mount}`,
  authorization_servers: [issuer],
  scopes_supported: SCOPE_WORDS,
  bearer_methods_supported: ['header'],
  resource_name: 'Rollcall',
  ...(docs && { resource_documentation: issuer + GUIDE }),
});

/** RFC 9728 §3.1: the well-known path stands between the host of a resource and its own path. */
export function resourceMetadataUrl(issuer: string, mount: string): string {
  const { origin, pathname } = new URL(`${issuer}/${mount}`);
  return origin + RESOURCE_METADATA + pathname;
}
