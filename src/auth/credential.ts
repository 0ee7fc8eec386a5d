import { type Dialect } from '../protocol/dialect/dialect.js';
import { type CompanySettings } from '../tenancy/company-scope.js';

export type AccessScope = 'scim:read' | 'scim:write';

/** What a bearer token stands for. */
export interface Credential {
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  readonly company: {
    /** Decimal digits of a 64-bit integer. */
    readonly id: string;
    readonly slug: string;
    readonly settings: CompanySettings;
  };
}
