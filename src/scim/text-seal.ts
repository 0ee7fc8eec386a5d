import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Makes bytes a text that tells nothing to others and that nobody else can make: AES-256-GCM with what the text is for as
 * additional authenticated data. Each text has a random nonce of 96 bits: NIST SP 800-38D §8.3 allows 2^32 of them under
 * one key, which is 136 a second for a year.
 */
export class TextSeal {
  /** @param key 32 bytes that are used for nothing else */
  constructor(private readonly key: Buffer) {}

  /**
   * @param purpose opening takes the same text
   * @returns Letters, digits, `-` and `_`: what a URL holds unescaped. No two are equal.
   */
  seal(bytes: Buffer, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(purpose, 'utf8'));
    const encrypted = [cipher.update(bytes), cipher.final()];
    return Buffer.concat([nonce, cipher.getAuthTag(), ...encrypted]).toString('base64url');
  }

  /** The bytes of at least `least` that were sealed for this purpose; undefined for any other text. */
  open(text: string, purpose: string, least: number): Buffer | undefined {
    const sealed = Buffer.from(text, 'base64url');
    // The decoder is lenient, and two spellings of one text are one too many.
    if (sealed.length < NONCE_BYTES + TAG_BYTES + least || sealed.toString('base64url') !== text)
      return undefined;
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(purpose, 'utf8'));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const plain = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([plain, decipher.final()]);
    } catch {
      // The tag does not fit: another key, another purpose, or altered bytes.
      return undefined;
    }
  }
}
