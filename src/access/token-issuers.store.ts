import { type Dialect } from '../protocol/dialect/dialect.js';
import { type AccessScope, type CallerCompany } from './credential.js';

/** Whose signed tokens are accepted, on which conditions, and what they stand for. */
export interface TokenIssuer {
  readonly id: string;
  readonly name: string;
  /** What the claim `aud` has to name. */
  readonly audience: string;
  /** Where the keys are: at a URL, or here as the text of a JSON Web Key Set. */
  readonly keys: { readonly url: string } | { readonly text: string };
  readonly requiredScope: string | undefined;
  /** The company of all its tokens, or the claim that names the one of each by slug or id. */
  readonly company: CallerCompany | { readonly claim: string };
  readonly dialect: Dialect;
  /** The most that its tokens may do. */
  readonly scopes: readonly AccessScope[];
}

/** Where issuers of signed tokens are kept. */
export abstract class TokenIssuersStore {
  /** The issuers that are registered under this claim `iss` and not removed; no two have the same audience. */
  abstract findByIssuer(issuer: string): Promise<readonly TokenIssuer[]>;

  /** @param slugOrId - A slug, or an id of 16 lower-case hexadecimal digits. */
  abstract findCompany(slugOrId: string): Promise<CallerCompany | undefined>;
}
