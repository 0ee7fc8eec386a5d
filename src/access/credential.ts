import { type Dialect } from '../protocol/dialect/dialect.js';
import { type CompanySettings } from '../scim/company-scope.js';

export type AccessScope = 'scim:read' | 'scim:write';

/** The company that a credential acts for. */
export interface CallerCompany {
  /** Decimal digits of a 64-bit integer. */
  readonly id: string;
  readonly slug: string;
  readonly settings: CompanySettings;
}

/** What a bearer token stands for. */
export interface Credential {
  /** Of an access token, its row's; of a signed one `jwt:`, its issuer's row and a hash of its subject. */
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  readonly company: CallerCompany;
  /** Id of the user that the token stands for: it opens `/Me` alone. Undefined: it stands for a service. */
  readonly userId?: string;
}
