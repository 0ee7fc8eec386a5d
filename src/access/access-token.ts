import { createHash, randomBytes } from 'node:crypto';

/** A new opaque token: 256 random bits behind a prefix that secret scanners can know it by. */
export const makeAccessToken = (): string => `rollcall_${randomBytes(32).toString('base64url')}`;

/** The form in which a token is stored and looked up. It is random, so a plain hash cannot be guessed back. */
export const hashAccessToken = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();
