import { randomBytes } from 'node:crypto';
import { hashAccessToken } from './access-token.js';

/**
 * A new `client_id` of an OAuth client (RFC 6749 §2.2), of 128 random bits. Ids and secrets consist of letters, digits,
 * `-` and `_`, so that it never matters whether a client encodes them for a form.
 */
export const makeClientId = (): string => `client_${randomBytes(16).toString('base64url')}`;

/** Whether a text has the form of a `client_id` that {@link makeClientId} makes. */
export const isClientId = (text: string): boolean => /^client_[\w-]{22}$/.test(text);

/** A new secret of a client: 256 random bits behind a prefix by which secret scanners can recognize it. */
export const makeClientSecret = (): string => `rollcall_secret_${randomBytes(32).toString('base64url')}`;

/** The hash by which a secret is stored and looked up; as that of a token, it needs no salt. */
export const hashClientSecret = (secret: string): Buffer => hashAccessToken(secret);
