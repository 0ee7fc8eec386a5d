import { type AccessScope } from '../access/credential.js';
import { OauthError } from './oauth.error.js';

/** What the words of a request's `scope` ask for. */
const MEANINGS: Readonly<Record<string, readonly AccessScope[]>> = {
  scim: ['scim:read', 'scim:write'],
  'scim.read': ['scim:read'],
  'scim.write': ['scim:write'],
  'scim:read': ['scim:read'],
  'scim:write': ['scim:write'],
};

/** The words that are known. */
export const SCOPE_WORDS: readonly string[] = Object.keys(MEANINGS);

/**
 * The scopes of a token (RFC 6749 §3.3): those of the client that the request names. Unknown words mean nothing, and a
 * request without a known one asks for all that the client has: identity providers send words of their own.
 *
 * @param requested the parameter `scope`; undefined where there is none
 * @throws OauthError `invalid_scope` where the client has none of those that are named
 */
export function grantScopes(
  requested: string | undefined,
  own: readonly AccessScope[],
): readonly AccessScope[] {
  const words = (requested ?? '').split(' ').filter((word) => Object.hasOwn(MEANINGS, word));
  if (words.length === 0) return own;
  const named = words.flatMap((word) => MEANINGS[word] ?? []);
  const granted = own.filter((scope) => named.includes(scope));
  if (granted.length > 0) return granted;
  throw new OauthError(400, 'invalid_scope', `The client has none of these scopes; it has ${own.join(' ')}.`);
}
