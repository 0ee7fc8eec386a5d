import { AdministrationError } from './administration.error.js';
import { requireClaimValue } from './claim-value.js';

/** A federated credential to be added: whose signed assertions authenticate a client. */
export interface NewFederatedCredential {
  /** What the claims of another issuer have to be; undefined for assertions that the client signs itself. */
  readonly assertedBy: AssertedBy | undefined;
  /** The URL of a JSON Web Key Set, or its text. */
  readonly keys: { readonly url: string } | { readonly text: string };
}

/** Claims of an assertion, which are compared character for character. */
export interface AssertedBy {
  readonly issuer: string;
  readonly subject: string;
  /** Null if the claim `tid` is not looked at. */
  readonly tenant: string | null;
  /** The claim `aud` has to be one of these. */
  readonly audiences: readonly string[];
}

export const MOST_AUDIENCES = 20;

const ENTRA = 'https://login.microsoftonline.com/';
const OF_ENTRA =
  /^https:\/\/(?:login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net)\//;
export const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The `iss` of the tokens that Entra ID issues in a tenant, by its version 2. */
export const entraIssuer = (tenant: string): string => `${ENTRA}${tenant}/v2.0`;

/** Where Entra ID publishes the keys of a tenant's tokens. */
export const entraKeysUrl = (tenant: string): string => `${ENTRA}${tenant}/discovery/v2.0/keys`;

/**
 * @throws AdministrationError where a value can stand in no claim, or the tenant of an issuer of Entra ID is missing:
 *   its tenants share their keys, so that the issuer alone would not tell them apart safely
 */
export function checkFederation({ assertedBy }: NewFederatedCredential): void {
  if (assertedBy === undefined) return;
  const { issuer, subject, tenant, audiences } = assertedBy;
  requireClaimValue(issuer, 'issuer');
  requireClaimValue(subject, 'subject');
  audiences.forEach((audience) => requireClaimValue(audience, 'audience'));
  if (audiences.length === 0 || audiences.length > MOST_AUDIENCES) {
    throw new AdministrationError(`A federated credential has 1 to ${MOST_AUDIENCES} audiences.`);
  }
  if (tenant === null) {
    if (!OF_ENTRA.test(issuer)) return;
    throw new AdministrationError('An issuer of Entra ID needs the tenant id too.');
  }
  if (!GUID.test(tenant)) {
    throw new AdministrationError(`${JSON.stringify(tenant)} is no tenant id: a GUID, as Entra ID shows it.`);
  }
}
