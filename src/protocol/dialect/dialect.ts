/**
 * How the requests of a credential are read. `strict` accepts what the RFCs define; `lenient` also accepts the
 * deviations that widespread identity providers send.
 */
export type Dialect = 'lenient' | 'strict';
