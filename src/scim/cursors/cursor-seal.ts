import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { expiredCursor, invalidCursor, type ScimError } from '../../protocol/error/scim-error.js';
import { SecretKey } from '../secret-key.js';
import { type Position } from '../store-query.js';

/** Seconds from the making of a cursor to its end. */
export const CURSOR_TIMEOUT = 3600;

/** What a cursor says to the server; to everybody else it is a name without meaning. */
export interface CursorContent {
  readonly position: Position;
  readonly backward: boolean;
  /** Resources on each page of the walk. */
  readonly count: number;
}

const CIPHER = 'aes-256-ctr';
const TAG_BYTES = 16;
const HEAD_BYTES = 17;
const BACKWARD = 1;
const HAS_KEY = 2;

/**
 * Makes and reads cursors (RFC 9865 §2): encrypted, since they hold values of resources, and good for one list
 * alone. Nothing is kept in the server.
 *
 * The tag over list and content is at once the cipher's initial counter, so that two contents never share one, and
 * no random number has to be unique.
 */
@Injectable()
export class CursorSeal {
  private readonly cipherKey: Buffer;
  private readonly tagKey: Buffer;

  constructor(secretKey: SecretKey) {
    this.cipherKey = secretKey.derive('cursor cipher');
    this.tagKey = secretKey.derive('cursor tag');
  }

  /**
   * @param list Says which list it is, down to company, filter and order; reading takes the same text.
   * @returns Letters, digits, `-` and `_`: what a URL holds unescaped
   */
  seal(content: CursorContent, list: string): string {
    const plain = encode(content);
    const tag = this.tag(plain, list);
    const cipher = createCipheriv(CIPHER, this.cipherKey, tag);
    return Buffer.concat([tag, cipher.update(plain), cipher.final()]).toString('base64url');
  }

  /**
   * @throws ScimError 400 `invalidCursor` for what this server did not make for this list, `expiredCursor` for what it
   * made too long ago
   */
  open(text: string, list: string): CursorContent {
    const sealed = Buffer.from(text, 'base64url');
    // The decoder is lenient, and two spellings of one cursor are one too many.
    if (sealed.length < TAG_BYTES + HEAD_BYTES || sealed.toString('base64url') !== text)
      throw unknownCursor();
    const tag = sealed.subarray(0, TAG_BYTES);
    const cipher = createDecipheriv(CIPHER, this.cipherKey, tag);
    const plain = Buffer.concat([cipher.update(sealed.subarray(TAG_BYTES)), cipher.final()]);
    if (!timingSafeEqual(tag, this.tag(plain, list))) throw unknownCursor();
    const { issued, ...content } = decode(plain);
    if (now() - issued > CURSOR_TIMEOUT)
      throw expiredCursor('cursor: it has expired; begin again with an empty cursor.');
    return content;
  }

  private tag(plain: Buffer, list: string): Buffer {
    const hash = createHmac('sha256', this.tagKey)
      .update(String(list.length))
      .update(`:${list}`)
      .update(plain);
    return hash.digest().subarray(0, TAG_BYTES);
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
