import { type CallerCompany } from '../../src/access/credential.js';
import { Administration } from '../../src/administration/administration.js';
import { type NewIssuer } from '../../src/administration/issuer-administration.js';
import { type NewToken } from '../../src/administration/token-administration.js';
import { PostgresAccessTokensStore } from '../../src/persistence/tokens/postgres-access-tokens.store.js';
import { PostgresTokenIssuersStore } from '../../src/persistence/tokens/postgres-token-issuers.store.js';
import { type CompanyScope, type CompanySettings } from '../../src/scim/company-scope.js';
import { StoreRig } from '../db/store-rig.js';
import { type CredentialStores } from './credential-stores.js';

/** The stores in PostgreSQL, filled by what the operator's commands use. */
export class PostgresCredentials implements CredentialStores {
  readonly tokens: PostgresAccessTokensStore;
  readonly issuers: PostgresTokenIssuersStore;
  private readonly scopes = new Map<string, CompanyScope>();

  private constructor(
    private readonly rig: StoreRig,
    private readonly administration: Administration,
  ) {
    this.tokens = new PostgresAccessTokensStore(rig.transaction);
    this.issuers = new PostgresTokenIssuersStore(rig.transaction);
  }

  static async open(): Promise<PostgresCredentials> {
    const rig = await StoreRig.open();
    return new PostgresCredentials(rig, await Administration.open(rig.database.url));
  }

  async company(): Promise<CallerCompany> {
    const scope = await this.rig.company();
    this.scopes.set(scope.companyId, scope);
    return { id: scope.companyId, slug: scope.slug, settings: scope.settings, suspended: false };
  }

  changeCompany(slug: string, settings: Partial<CompanySettings>): Promise<unknown> {
    return this.administration.companies.setCompany(slug, settings);
  }

  async deleteCompany(slug: string): Promise<void> {
    await this.administration.lifecycle.deleteCompany(slug, 0);
    await this.administration.purge.purgeCompany(slug);
  }

  async suspendCompany(slug: string): Promise<void> {
    await this.administration.lifecycle.suspendCompany(slug);
  }

  async user(company: CallerCompany): Promise<string> {
    const scope = this.scopes.get(company.id);
    if (!scope) throw new Error('the company was made elsewhere');
    const read = { groups: false, manager: false };
    return (await this.rig.users.insert(scope, { userName: 'a user' }, read)).id;
  }

  issueToken(slug: string, token: NewToken): Promise<{ readonly id: string; readonly secret: string }> {
    return this.administration.tokens.issueToken(slug, token);
  }

  revokeToken(slug: string, id: string): Promise<unknown> {
    return this.administration.tokens.revokeToken(slug, id);
  }

  addIssuer(issuer: NewIssuer): Promise<{ readonly id: string }> {
    return this.administration.issuers.addIssuer(issuer);
  }

  removeIssuer(id: string): Promise<unknown> {
    return this.administration.issuers.removeIssuer(id);
  }

  async close(): Promise<void> {
    await this.administration.close();
    await this.rig.close();
  }
}
