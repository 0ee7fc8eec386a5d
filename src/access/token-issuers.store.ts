import { type Dialect } from '../protocol/dialect/dialect.js';
import { type AccessScope, type CallerCompany } from './credential.js';

/** An issuer whose JWTs are accepted, the conditions for that, and what its tokens allow. */
export interface TokenIssuer {
  readonly id: string;
  readonly name: string;
  /** The audience that the claim `aud` must contain. */
  readonly audience: string;
  /** The URL of a JSON Web Key Set, or its text, which need not be spaced and ordered as it was registered. */
  readonly keys: { readonly url: string } | { readonly text: string };
  /** A scope that every token must have; undefined if none is needed. */
  readonly requiredScope: string | undefined;
  /**
   * The company of all its tokens, or the name of the claim in which each token has the slug or id of its company.
   */
  readonly company: CallerCompany | { readonly claim: string };
  readonly dialect: Dialect;
  /** The scopes of its tokens. A token may name fewer of them. */
  readonly scopes: readonly AccessScope[];
}

/** The registered issuers of JWTs. */
export abstract class TokenIssuersStore {
  /**
   * The issuers with exactly this `iss`, in no order, with the settings of their companies as they are at this moment.
   * Removed ones, and those of deleted companies, are left out. No two of them have the same audience.
   */
  abstract findByIssuer(issuer: string): Promise<readonly TokenIssuer[]>;

  /**
   * The company with this slug or id, and its settings as they are at this moment; undefined if there is none.
   *
   * @param slugOrId a slug, or an id of 16 lower-case hexadecimal digits; any other text names no company
   */
  abstract findCompany(slugOrId: string): Promise<CallerCompany | undefined>;
}
