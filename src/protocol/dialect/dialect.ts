/** How a credential's requests are read: to the letter, or with the forms that real clients send. */
export type Dialect = 'lenient' | 'strict';
