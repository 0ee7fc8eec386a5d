import { type Dialect } from '../../protocol/dialect/dialect.js';

/** This surface reads its own document, whatever the dialect of a credential; the rest is RFC 7644's. */
export const DIALECT: Dialect = 'strict';
