import { type AccessScope } from '../access/credential.js';
import { type OauthClientSecret } from '../persistence/entities/oauth-client-secret.entity.js';
import { type OauthClient as ClientRow } from '../persistence/entities/oauth-client.entity.js';
import { type OauthFederatedCredential } from '../persistence/entities/oauth-federated-credential.entity.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { daysUntil } from './days-until.js';
import { keyIdsOf } from './issuer-keys-check.js';

/** The last use of something. */
export interface LastUse {
  /** To the minute, in ISO 8601 and UTC; null if it was not used yet. */
  readonly lastUsed: string | null;
  /** The User-Agent of the last use, of printable ASCII; null if there was none. */
  readonly userAgent: string | null;
}

/** A secret of a client without its text, of which only the hash is stored. */
export interface ClientSecret extends LastUse {
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** ISO 8601 in UTC. */
  readonly expires: string;
  /** ISO 8601 in UTC; null if it is not revoked. */
  readonly revoked: string | null;
  /** Days until it expires, the one that has begun included; 0 once it has. */
  readonly daysLeft: number;
}

/** Whose signed assertions stand for a client. */
export interface FederatedCredential extends LastUse {
  readonly id: string;
  /** The claim `iss`; null for assertions that the client signs itself. */
  readonly issuer: string | null;
  /** The claim `sub`; null for assertions that the client signs itself. */
  readonly subject: string | null;
  /** The claim `tid`; null if none is looked for. */
  readonly tenant: string | null;
  /** What the claim `aud` may be; empty for assertions that the client signs itself, whose audience is this server. */
  readonly audiences: readonly string[];
  readonly jwksUrl: string | null;
  /** Ids of the keys that are stored in the database; null if the keys are fetched from `jwksUrl`. */
  readonly keyIds: readonly string[] | null;
  /** ISO 8601 in UTC. */
  readonly created: string;
}

/** An OAuth client, which is issued access tokens for its company. */
export interface OauthClient extends LastUse {
  /** Its `client_id`. */
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** ISO 8601 in UTC; null if it is not disabled. */
  readonly disabled: string | null;
  /** All of them, expired and revoked ones too. */
  readonly secrets: readonly ClientSecret[];
  readonly federatedCredentials: readonly FederatedCredential[];
}

/** @param secrets those of the client, and `federated` its federated credentials */
export const toClient = (
  row: ClientRow,
  secrets: readonly OauthClientSecret[],
  federated: readonly OauthFederatedCredential[],
): OauthClient => ({
  id: row.id,
  name: row.name,
  dialect: row.dialect,
  scopes: row.scopes as AccessScope[],
  created: row.created.toISOString(),
  disabled: row.disabled?.toISOString() ?? null,
  ...toLastUse(row),
  secrets: secrets.map(toSecret),
  federatedCredentials: federated.map(toFederated),
});

export const toSecret = (row: OauthClientSecret): ClientSecret => ({
  id: row.id,
  created: row.created.toISOString(),
  expires: row.expires.toISOString(),
  revoked: row.revoked?.toISOString() ?? null,
  daysLeft: daysUntil(row.expires),
  ...toLastUse(row),
});

export const toFederated = (row: OauthFederatedCredential): FederatedCredential => ({
  id: row.id,
  issuer: row.issuer,
  subject: row.subject,
  tenant: row.tenant,
  audiences: row.audiences,
  jwksUrl: row.jwksUrl,
  keyIds: row.keys && keyIdsOf(row.keys),
  created: row.created.toISOString(),
  ...toLastUse(row),
});

const toLastUse = ({ lastUsed, userAgent }: Pick<ClientRow, 'lastUsed' | 'userAgent'>): LastUse => ({
  lastUsed: lastUsed?.toISOString() ?? null,
  userAgent,
});
