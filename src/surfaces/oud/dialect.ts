import { type Dialect } from '../../protocol/dialect/dialect.js';

/** The dialect of every request, whatever its credential's: what this surface's document leaves open is RFC 7644's. */
export const DIALECT: Dialect = 'strict';
