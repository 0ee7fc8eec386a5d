import { hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/** The secret that all instances of a deployment share. It is never used itself: each purpose has a key of its own. */
export class SecretKey {
  constructor(private readonly secret: string) {}

  /** The same key for the same purpose in every instance (HKDF, RFC 5869). */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, '', `rollcall ${purpose}`, KEY_BYTES));
  }
}
