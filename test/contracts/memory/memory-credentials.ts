import { hashAccessToken, makeAccessToken } from '../../../src/access/access-token.js';
import { type CallerCompany } from '../../../src/access/credential.js';
import { type NewToken } from '../../../src/administration/token-administration.js';
import { type NewIssuer } from '../../../src/administration/issuer-administration.js';
import { type CompanySettings } from '../../../src/scim/company-scope.js';
import { type CredentialStores } from '../credential-stores.js';
import { MemoryAccessTokensStore, type TokenRow } from './memory-access-tokens.store.js';
import { type IssuerRow, MemoryTokenIssuersStore } from './memory-token-issuers.store.js';

/** Companies, tokens and issuers in memory. */
export class MemoryCredentials implements CredentialStores {
  private readonly companies = new Map<string, CallerCompany>();
  private readonly tokenRows = new Map<string, TokenRow>();
  private readonly issuerRows = new Map<string, IssuerRow>();
  private made = 0;
  readonly tokens = new MemoryAccessTokensStore(this.companies, this.tokenRows);
  readonly issuers = new MemoryTokenIssuersStore(this.companies, this.issuerRows);

  async company(): Promise<CallerCompany> {
    const id = this.nextId();
    const settings = { duplicateGroupNames: false, unknownMembers: 'reject' } as const;
    const company = { id, slug: `company-${id}`, settings, suspended: false };
    this.companies.set(id, company);
    return company;
  }

  async changeCompany(slug: string, settings: Partial<CompanySettings>): Promise<void> {
    const company = this.companyOf(slug);
    this.companies.set(company.id, { ...company, settings: { ...company.settings, ...settings } });
  }

  async deleteCompany(slug: string): Promise<void> {
    this.companies.delete(this.companyOf(slug).id);
  }

  async suspendCompany(slug: string): Promise<void> {
    const company = this.companyOf(slug);
    this.companies.set(company.id, { ...company, suspended: true });
  }

  async user(): Promise<string> {
    return this.nextId().padStart(16, '0');
  }

  async issueToken(slug: string, token: NewToken): Promise<{ readonly id: string; readonly secret: string }> {
    const { user, ...rest } = token;
    const secret = makeAccessToken(0);
    const id = this.nextId();
    const row = { ...rest, id, companyId: this.companyOf(slug).id, revoked: null };
    const hash = hashAccessToken(secret).toString('hex');
    this.tokenRows.set(hash, user === undefined ? row : { ...row, userId: user });
    return { id, secret };
  }

  async revokeToken(_slug: string, id: string): Promise<void> {
    for (const [hash, row] of this.tokenRows) {
      if (row.id === id) this.tokenRows.set(hash, { ...row, revoked: row.revoked ?? new Date() });
    }
  }

  async addIssuer(issuer: NewIssuer): Promise<{ readonly id: string }> {
    const id = this.nextId();
    const company =
      'claim' in issuer.company ? issuer.company : { id: this.companyOf(issuer.company.slug).id };
    this.issuerRows.set(id, { ...issuer, id, company, requiredScope: issuer.requiredScope ?? undefined });
    return { id };
  }

  async removeIssuer(id: string): Promise<void> {
    this.issuerRows.delete(id);
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  private nextId(): string {
    return String(++this.made);
  }

  private companyOf(slug: string): CallerCompany {
    const company = [...this.companies.values()].find((each) => each.slug === slug);
    if (!company) throw new Error(`there is no company ${slug}`);
    return company;
  }
}
