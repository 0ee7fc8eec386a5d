import { createHash, randomBytes } from 'node:crypto';

/** A new opaque token: 256 random bits behind a prefix by which secret scanners can recognize it. */
export const makeAccessToken = (): string => `rollcall_${randomBytes(32).toString('base64url')}`;

/**
 * The hash by which a token is stored and looked up. Tokens are random, so a salt and a slow hash would add nothing.
 */
export const hashAccessToken = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();
