import { AdminCredentialCompany } from '../persistence/entities/admin-credential-company.entity.js';
import { AdminCredential as AdminCredentialRow } from '../persistence/entities/admin-credential.entity.js';
import { AdministrationError } from './administration.error.js';
import {
  CredentialAdministration,
  type CredentialState,
  type NamedCompany,
} from './credential-administration.js';
import { type OwnerConnection } from './owner-connection.js';

const GLOBAL_SCOPES: readonly string[] = ['admin:read', 'admin:write'];
const COMPANY_SCOPE = /^admin:(.+)$/s;

/** A credential of the admin API. */
export interface AdminCredential extends CredentialState {
  /** `admin:read`, `admin:write`, and `admin:<company>` for each company that it is for, by its slug. */
  readonly scopes: readonly string[];
  readonly companies: readonly NamedCompany[];
}

/** An admin credential to be issued. */
export interface NewAdminCredential {
  readonly name: string;
  /** As in {@link AdminCredential}; a company may also be named by its id. */
  readonly scopes: readonly string[];
  /** Null if it never expires. */
  readonly expires: Date | null;
}

/** The credentials of the admin API. */
export class AdminCredentials extends CredentialAdministration<AdminCredentialRow, AdminCredential> {
  constructor(connection: OwnerConnection) {
    super(connection, { name: 'admin', rows: AdminCredentialRow, companies: AdminCredentialCompany });
  }

  /**
   * Makes a credential. A scope for a company is bound to the company's id.
   *
   * @throws AdministrationError where it has no scope or an unknown one
   */
  issue({
    name,
    scopes,
    expires,
  }: NewAdminCredential): Promise<AdminCredential & { readonly secret: string }> {
    if (scopes.length === 0) throw new AdministrationError('A credential needs a scope.');
    const own = scopes.filter((scope) => !GLOBAL_SCOPES.includes(scope));
    const companies = own.map((scope) => {
      const [, company] = COMPANY_SCOPE.exec(scope) ?? [];
      if (company !== undefined) return company;
      throw new AdministrationError(
        `${JSON.stringify(scope.slice(0, 100))} is no scope: admin:read, admin:write, or admin: and a company, such as admin:acme.`,
      );
    });
    const global = GLOBAL_SCOPES.filter((scope) => scopes.includes(scope));
    return this.insert({ name, scopes: global, expires }, companies);
  }

  protected override view(
    row: AdminCredentialRow,
    state: CredentialState,
    companies: readonly NamedCompany[],
  ): AdminCredential {
    return { ...state, scopes: [...row.scopes, ...companies.map(scopeFor)], companies };
  }
}

/** A company may have the slug `read` or `write`, and is then named by its id. */
function scopeFor({ id, slug }: NamedCompany): string {
  const scope = `admin:${slug}`;
  return GLOBAL_SCOPES.includes(scope) ? `admin:${id}` : scope;
}
