import { InvalidArgumentError, Option } from 'commander';
import { type AccessScope } from '../access/credential.js';
import { DEFAULT_LIFETIME, parseExpiry } from './expiry.js';

export const READ_ONLY: readonly AccessScope[] = ['scim:read'];
export const READ_WRITE: readonly AccessScope[] = ['scim:read', 'scim:write'];

/** What `--expires` gives: an object, since Commander would treat null as an option without a value. */
export interface Expiry {
  /** Null for never. */
  readonly at: Date | null;
}

/** The option `--dialect lenient|strict`. */
export const dialectOption = (): Option =>
  new Option(
    '--dialect <dialect>',
    'lenient reads what identity providers really send; strict is the RFC to the letter',
  ).choices(['lenient', 'strict']);

/** The option `--expires <when>`, which gives an {@link Expiry}. */
export const expiresOption = (): Option =>
  new Option(
    '--expires <when>',
    'days from now, a date YYYY-MM-DD (from its first moment, UTC), or never',
  ).argParser((text: string): Expiry => ({ at: parseExpiry(text, new Date()) }));

/** {@link expiresOption} of a new token. */
export const newExpiresOption = (): Option =>
  expiresOption().default({ at: parseExpiry(DEFAULT_LIFETIME, new Date()) }, `${DEFAULT_LIFETIME} days`);

/** The option `--expires <when>` of a client secret, which gives a `Date`: secrets have an end. */
export const secretExpiresOption = (): Option =>
  new Option('--expires <when>', 'days from now, or a date YYYY-MM-DD; three years at most')
    .argParser((text: string): Date => {
      const expires = parseExpiry(text, new Date());
      if (expires === null) throw new InvalidArgumentError('a client secret has an end: days, or a date');
      return expires;
    })
    .default(parseExpiry(DEFAULT_LIFETIME, new Date()), `${DEFAULT_LIFETIME} days`);

/** Describes scopes in words. */
export const describeAccess = (scopes: readonly AccessScope[]): string =>
  scopes.includes('scim:write') ? 'read and write' : 'read only';
