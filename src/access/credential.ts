import { type Dialect } from '../protocol/dialect/dialect.js';
import { ElsewhereError } from '../protocol/error/elsewhere.error.js';
import { type CompanySettings } from '../scim/company-scope.js';
import { type RememberedCredential } from '../scim/remembered-credential.js';

/** What a token allows: `scim:read` to read and search, `scim:write` to create, change and delete. */
export type AccessScope = 'scim:read' | 'scim:write';

/** The company whose data a credential gives access to. */
export interface CallerCompany {
  /** Decimal digits of a 64-bit integer. */
  readonly id: string;
  readonly slug: string;
  readonly settings: CompanySettings;
  /** Whether requests of the company are refused, whatever they ask for. */
  readonly suspended: boolean;
  /** How many requests it may send a second, where that is not the setting's. */
  readonly rateLimit?: number;
  /** For how many seconds more its writes are refused; undefined if they are not. */
  readonly pauseLeft?: number;
  /** The number of the cell that it was moved to, or `arriving`; undefined where it is here. */
  readonly elsewhere?: string;
}

/** @throws ElsewhereError where another cell serves the company */
export function requireHere({ elsewhere }: Pick<CallerCompany, 'elsewhere'>): void {
  if (elsewhere !== undefined) throw new ElsewhereError(elsewhere);
}

/** The names by which a path may call a company: its slug, and its id in 16 hexadecimal digits. */
export const namesOf = ({ id, slug }: Pick<CallerCompany, 'id' | 'slug'>): readonly string[] => [
  slug,
  BigInt(id).toString(16).padStart(16, '0'),
];

/** What a bearer token stands for. */
export interface Credential {
  /**
   * The id of an access token's row, or the `client_id` of the OAuth client that the token was issued to; for a JWT,
   * `jwt:`, the id of its issuer's row and a hash of the subject.
   */
  readonly id: string;
  readonly name: string;
  /** The client that a JWT was issued to, where it names one. */
  readonly client?: string | undefined;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  readonly company: CallerCompany;
  /**
   * Id of the user that the token stands for, in 16 hexadecimal digits. Such a token only opens routes with
   * `@OpenToUsers()`, such as `/Me`. Undefined for the token of a client service.
   */
  readonly userId?: string;
  /** Where it was looked up for an earlier request. */
  readonly remembered?: RememberedCredential;
}
