import { type Response } from 'express';
import { MOST_OF_BODY } from './recorded-request.js';

type Method = (...values: unknown[]) => unknown;

/** The begin of the body of an answer, as it was sent. */
export class CapturedAnswer {
  private readonly chunks: Buffer[] = [];
  private kept = 0;
  private sent = 0;

  /**
   * Looks at what is written to a response from now on.
   *
   * @param isWanted is asked before anything is copied
   */
  constructor(
    response: Response,
    private readonly isWanted: () => boolean,
  ) {
    for (const name of ['write', 'end'] as const) {
      const method = Reflect.get(response, name) as Method;
      Reflect.set(response, name, (...values: unknown[]) => {
        this.take(values[0], values[1]);
        return method.apply(response, values);
      });
    }
  }

  /** How many bytes were sent. */
  get bytes(): number {
    return this.sent;
  }

  /** At most {@link MOST_OF_BODY} of them. */
  get begin(): Buffer {
    return Buffer.concat(this.chunks);
  }

  private take(chunk: unknown, encoding: unknown): void {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    if (!this.isWanted()) return;
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, encodingOf(encoding))
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.sent += bytes.length;
    const part = bytes.subarray(0, MOST_OF_BODY - this.kept);
    if (part.length === 0) return;
    // A copy: the chunk may be a part of something large.
    this.chunks.push(Buffer.from(part));
    this.kept += part.length;
  }
}

const encodingOf = (encoding: unknown): BufferEncoding =>
  typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
