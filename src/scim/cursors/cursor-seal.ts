import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { expiredCursor, invalidCursor, type ScimError } from '../../protocol/error/scim-error.js';
import { SecretKey } from '../secret-key.js';
import { type Position } from '../lists/list-plan.js';

/** Seconds from the making of a cursor to its end. */
export const CURSOR_TIMEOUT = 3600;

/** What a cursor says to the server; to everybody else it is a name without meaning. */
export interface CursorContent {
  readonly position: Position;
  readonly backward: boolean;
  /** Resources on each page of the walk. */
  readonly count: number;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 17;
const LEAST_BYTES = NONCE_BYTES + TAG_BYTES + HEAD_BYTES;
const BACKWARD = 1;
const HAS_KEY = 2;

/**
 * Makes and reads cursors (RFC 9865 §2: a cursor is opaque to clients): encrypted, since they hold values of resources,
 * and good for one list alone. Nothing is kept in the server.
 *
 * The construction is AES-256-GCM with the list as additional authenticated data. Each cursor has a random nonce of 96
 * bits: NIST SP 800-38D §8.3 allows 2^32 of them under one key, which is 136 cursors a second for a year. A new
 * `SECRET_KEY` begins anew, and costs the walks that are under way.
 */
@Injectable()
export class CursorSeal {
  private readonly key: Buffer;

  constructor(secretKey: SecretKey) {
    this.key = secretKey.derive('cursor encryption');
  }

  /**
   * @param list Says which list it is, down to company, filter and order; reading takes the same text.
   * @returns Letters, digits, `-` and `_`: what a URL holds unescaped. No two are equal.
   */
  seal(content: CursorContent, list: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(list, 'utf8'));
    const encrypted = [cipher.update(encode(content)), cipher.final()];
    return Buffer.concat([nonce, cipher.getAuthTag(), ...encrypted]).toString('base64url');
  }

  /**
   * @throws ScimError 400 `invalidCursor` for what this server did not make for this list, `expiredCursor` for what it
   * made too long ago
   */
  open(text: string, list: string): CursorContent {
    const sealed = Buffer.from(text, 'base64url');
    // The decoder is lenient, and two spellings of one cursor are one too many.
    if (sealed.length < LEAST_BYTES || sealed.toString('base64url') !== text) throw unknownCursor();
    const { issued, ...content } = decode(this.decrypt(sealed, list));
    if (now() - issued > CURSOR_TIMEOUT)
      throw expiredCursor('cursor: it has expired; begin again with an empty cursor.');
    return content;
  }

  private decrypt(sealed: Buffer, list: string): Buffer {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(list, 'utf8'));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const plain = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([plain, decipher.final()]);
    } catch {
      // The tag does not fit: another key, another list, or altered bytes.
      throw unknownCursor();
    }
  }
}

/** One answer for every cursor that is not of this list, so that it tells nothing about others (RFC 9865 §5.2). */
function unknownCursor(): ScimError {
  return invalidCursor(
    'cursor: expected one that an earlier page of the same list gave, with the same filter and order; begin again with ' +
      'an empty cursor.',
  );
}

/** Seconds. */
function now(): number {
  return Math.floor(Date.now() / 1000);
}

function encode({ position: { id, key }, backward, count }: CursorContent): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8((backward ? BACKWARD : 0) | (key === null ? 0 : HAS_KEY), 0);
  head.writeUInt32BE(now(), 1);
  head.writeUInt32BE(count, 5);
  head.write(id, 9, 'hex');
  return Buffer.concat([head, Buffer.from(key ?? '', 'utf8')]);
}

function decode(plain: Buffer): CursorContent & { readonly issued: number } {
  const flags = plain.readUInt8(0);
  const key = (flags & HAS_KEY) === 0 ? null : plain.toString('utf8', HEAD_BYTES);
  return {
    position: { id: plain.toString('hex', 9, HEAD_BYTES), key },
    backward: (flags & BACKWARD) !== 0,
    issued: plain.readUInt32BE(1),
    count: plain.readUInt32BE(5),
  };
}
