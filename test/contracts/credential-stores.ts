import { type AccessTokensStore } from '../../src/access/access-tokens.store.js';
import { type CallerCompany } from '../../src/access/credential.js';
import { type TokenIssuersStore } from '../../src/access/token-issuers.store.js';
import { type NewToken } from '../../src/administration/token-administration.js';
import { type NewIssuer } from '../../src/administration/issuer-administration.js';
import { type CompanySettings } from '../../src/scim/company-scope.js';

/** One implementation of the ports of the `access` room, empty at first. The ports only read; the rest fills it. */
export interface CredentialStores {
  readonly tokens: AccessTokensStore;
  readonly issuers: TokenIssuersStore;
  /** A new company; it forbids duplicate group names and unknown members. */
  company(): Promise<CallerCompany>;
  changeCompany(slug: string, settings: Partial<CompanySettings>): Promise<unknown>;
  deleteCompany(slug: string): Promise<void>;
  suspendCompany(slug: string): Promise<void>;
  /** The id of a new user of the company. */
  user(company: CallerCompany): Promise<string>;
  issueToken(slug: string, token: NewToken): Promise<{ readonly id: string; readonly secret: string }>;
  revokeToken(slug: string, id: string): Promise<unknown>;
  addIssuer(issuer: NewIssuer): Promise<{ readonly id: string }>;
  removeIssuer(id: string): Promise<unknown>;
  close(): Promise<void>;
}

/** How the contracts come by an implementation. */
export interface CredentialStoresOpener {
  /** Stands in front of the names of the tests. */
  readonly name: string;
  readonly open: () => Promise<CredentialStores>;
}
