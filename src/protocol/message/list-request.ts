import { type Dialect } from '../dialect/dialect.js';

/**
 * The parameters of a list (RFC 7644 §3.4.2), in a query string or the body of a search; numbers are within what the
 * server serves. Nothing in here is parsed or bound yet.
 */
export interface ListParameters {
  readonly filter?: string | undefined;
  readonly sortBy?: string | undefined;
  readonly sortOrder?: string | undefined;
  /** From 1. */
  readonly startIndex: number;
  /** From 0 to the server's maximum; 0 asks for the total alone. */
  readonly count: number;
  /** Present where the list is paged by cursor (RFC 9865 §2: also an empty one, for the first page). */
  readonly cursor?: CursorParameter;
  /** Names of attributes with commas between them, as `excludedAttributes`. */
  readonly attributes?: string | undefined;
  readonly excludedAttributes?: string | undefined;
}

/** A list as it is asked for: its parameters, and how and where they are read. */
export interface ListRequest extends ListParameters {
  /** Only resources behind this id in the order of ids, to read on where a page ended; not with `sortBy`. */
  readonly after?: string;
  readonly dialect: Dialect;
  /** URI in front of the endpoints: `https://host/base`. */
  readonly baseUri: string;
}

export interface CursorParameter {
  /** What an earlier page gave; empty for the first page. */
  readonly text: string;
  /** The page size that was named beside it, within the server's maximum. */
  readonly count: number | undefined;
}
