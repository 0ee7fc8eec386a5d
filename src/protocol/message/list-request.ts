import { type Dialect } from '../dialect/dialect.js';

/**
 * What a client asks of a list: the query parameters of RFC 7644 §3.4.2, numbers within what the server serves, and
 * by whom and where they are read. Nothing in here is parsed or bound yet.
 */
export interface ListRequest {
  readonly filter?: string | undefined;
  readonly sortBy?: string | undefined;
  readonly sortOrder?: string | undefined;
  /** From 1. */
  readonly startIndex: number;
  /** From 0 to the server's maximum; 0 asks for the total alone. */
  readonly count: number;
  /** Present where the list is paged by cursor (RFC 9865 §2: also an empty one, for the first page). */
  readonly cursor?: CursorParameter;
  /** Only resources behind this id in the order of ids, to read on where a page ended; not with `sortBy`. */
  readonly after?: string;
  /** Names of attributes with commas between them, as `excludedAttributes`. */
  readonly attributes?: string | undefined;
  readonly excludedAttributes?: string | undefined;
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
