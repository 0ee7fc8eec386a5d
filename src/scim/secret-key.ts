import { hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;
const KEY_ID_BYTES = 8;

/** An id of a key that reveals nothing of it, so that two deployments can see whether they have the same key. */
export const keyId = (secret: string): string =>
  Buffer.from(hkdfSync('sha256', secret, '', 'rollcall key id', KEY_ID_BYTES)).toString('hex');

/** The secret that all instances of a deployment share. It is never used itself: each purpose has a key of its own. */
export class SecretKey {
  constructor(private readonly secret: string) {}

  /** The same key for the same purpose in every instance (HKDF, RFC 5869). */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, '', `rollcall ${purpose}`, KEY_BYTES));
  }
}
