import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { keyId, SecretKey } from '../scim/secret-key.js';

interface BoxKey {
  readonly id: string;
  readonly key: Buffer;
}

/** A secret that can't be read: it was encrypted under a key that is not known, or for something else. */
export class UnreadableSecretError extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`a secret can't be read: ${why}`, options);
    this.name = 'UnreadableSecretError';
  }
}

/**
 * Keeps secrets that must be read again: as JSON Web Encryption (RFC 7516) in compact form, by AES-256-GCM with a key of
 * its own (`dir`, RFC 7518 §4.5), whose id stands in the header. The header is authenticated, and says what the secret
 * belongs to, so that one that is copied to another row is of no use there.
 */
export class SecretBox {
  private readonly keys: readonly BoxKey[];

  /** @param keys of `SECRETS_KEY`: the first encrypts, all decrypt */
  constructor(keys: readonly string[]) {
    this.keys = keys.map((text) => ({
      id: keyId(text),
      key: new SecretKey(text).derive('kept secrets'),
    }));
  }

  /** @param subject what the secret belongs to */
  async seal(secret: string, subject: string): Promise<string> {
    const [first] = this.keys;
    if (first === undefined) throw new Error('there is no key to encrypt secrets with');
    return new CompactEncrypt(Buffer.from(secret))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.id, sub: subject })
      .encrypt(first.key);
  }

  /** @throws UnreadableSecretError */
  async open(sealed: string, subject: string): Promise<string> {
    try {
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, ({ kid }) => this.keyOf(kid), {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      if (protectedHeader['sub'] !== subject) throw new UnreadableSecretError('it belongs to something else');
      return Buffer.from(plaintext).toString();
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw new UnreadableSecretError('it is damaged', { cause: error });
    }
  }

  private keyOf(id: string | undefined): Buffer {
    const found = this.keys.find((each) => each.id === id);
    if (found) return found.key;
    throw new UnreadableSecretError(
      `SECRETS_KEY has no key with the id ${id}; name the earlier key behind the present one`,
    );
  }
}
