import { type PlatformScope } from '../access/platform-credentials.store.js';
import { PlatformCredentialCompany } from '../persistence/entities/platform-credential-company.entity.js';
import { PlatformCredential as PlatformCredentialRow } from '../persistence/entities/platform-credential.entity.js';
import { AdministrationError } from './administration.error.js';
import {
  CredentialAdministration,
  type CredentialState,
  type NamedCompany,
} from './credential-administration.js';
import { type OwnerConnection } from './owner-connection.js';

/** A credential of a platform, which reads several companies. */
export interface PlatformCredential extends CredentialState {
  readonly scopes: readonly PlatformScope[];
  /** The companies that it is for; null for all, those to come included. */
  readonly companies: readonly NamedCompany[] | null;
}

/** A platform credential to be issued. */
export interface NewPlatformCredential {
  readonly name: string;
  readonly scopes: readonly PlatformScope[];
  /** Slugs or ids; null for all companies, those to come included. */
  readonly companies: readonly string[] | null;
  /** Null if it never expires. */
  readonly expires: Date | null;
}

/** The credentials of platforms. */
export class PlatformCredentials extends CredentialAdministration<PlatformCredentialRow, PlatformCredential> {
  constructor(connection: OwnerConnection) {
    super(connection, {
      name: 'platform',
      rows: PlatformCredentialRow,
      companies: PlatformCredentialCompany,
    });
  }

  /** @throws AdministrationError where it would have no scope or no company */
  issue({
    name,
    scopes,
    companies,
    expires,
  }: NewPlatformCredential): Promise<PlatformCredential & { readonly secret: string }> {
    if (scopes.length === 0) throw new AdministrationError('A credential needs a scope.');
    if (companies?.length === 0)
      throw new AdministrationError('A credential needs a company, or all of them.');
    const row = { name, scopes: [...new Set(scopes)], allCompanies: companies === null, expires };
    return this.insert(row, companies ?? []);
  }

  protected override view(
    { scopes, allCompanies }: PlatformCredentialRow,
    state: CredentialState,
    companies: readonly NamedCompany[],
  ): PlatformCredential {
    return { ...state, scopes: scopes as PlatformScope[], companies: allCompanies ? null : companies };
  }
}
