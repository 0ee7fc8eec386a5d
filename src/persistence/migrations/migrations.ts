import { Initial1767225600000 } from './1767225600000-initial.js';
import { TokenIssuers1767830400000 } from './1767830400000-token-issuers.js';
import { SecretKey1768435200000 } from './1768435200000-secret-key.js';
import { UserTokens1769040000000 } from './1769040000000-user-tokens.js';
import { Comparison1769644800000 } from './1769644800000-comparison.js';
import { UniqueValues1770249600000 } from './1770249600000-unique-values.js';

/** All migrations, in their order. They are listed by name, since a file pattern finds nothing in a bundle. */
export const MIGRATIONS = [
  Initial1767225600000,
  TokenIssuers1767830400000,
  SecretKey1768435200000,
  UserTokens1769040000000,
  Comparison1769644800000,
  UniqueValues1770249600000,
];
