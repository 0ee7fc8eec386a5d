import { type Dialect } from '../protocol/dialect/dialect.js';
import { type CompanySettings } from '../scim/company-scope.js';

/** What a token allows: `scim:read` to read and search, `scim:write` to create, change and delete. */
export type AccessScope = 'scim:read' | 'scim:write';

/** The company whose data a credential gives access to. */
export interface CallerCompany {
  /** Decimal digits of a 64-bit integer. */
  readonly id: string;
  readonly slug: string;
  readonly settings: CompanySettings;
}

/** What a bearer token stands for. */
export interface Credential {
  /** The id of an access token's row; for a JWT, `jwt:`, the id of its issuer's row and a hash of the subject. */
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  readonly company: CallerCompany;
  /**
   * Id of the user that the token stands for, in 16 hexadecimal digits. Such a token only opens routes with
   * `@OpenToUsers()`, such as `/Me`. Undefined for the token of a client service.
   */
  readonly userId?: string;
}
