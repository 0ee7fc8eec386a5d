import { Injectable } from '@nestjs/common';
import { expiredCursor, invalidCursor, type ScimError } from '../../protocol/error/scim-error.js';
import { SecretKey } from '../secret-key.js';
import { TextSeal } from '../text-seal.js';
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

const HEAD_BYTES = 17;
const BACKWARD = 1;
const HAS_KEY = 2;

/**
 * Makes and reads cursors (RFC 9865 §2: a cursor is opaque to clients): encrypted, since they hold values of resources,
 * and good for one list alone. Nothing is kept in the server.
 *
 * A new `SECRET_KEY` begins anew, and costs the walks that are under way.
 */
@Injectable()
export class CursorSeal {
  private readonly texts: TextSeal;

  constructor(secretKey: SecretKey) {
    this.texts = new TextSeal(secretKey.derive('cursor encryption'));
  }

  /**
   * @param list Says which list it is, down to company, filter and order; reading takes the same text.
   * @returns Letters, digits, `-` and `_`: what a URL holds unescaped. No two are equal.
   */
  seal(content: CursorContent, list: string): string {
    return this.texts.seal(encode(content), list);
  }

  /**
   * @throws ScimError 400 `invalidCursor` for what this server did not make for this list, `expiredCursor` for what it
   * made too long ago
   */
  open(text: string, list: string): CursorContent {
    const bytes = this.texts.open(text, list, HEAD_BYTES);
    if (bytes === undefined) throw unknownCursor();
    const { issued, ...content } = decode(bytes);
    if (now() - issued > CURSOR_TIMEOUT)
      throw expiredCursor('cursor: it has expired; begin again with an empty cursor.');
    return content;
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
