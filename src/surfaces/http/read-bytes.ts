import { type IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import getRawBody from 'raw-body';
import { invalidSyntax, payloadTooLarge, ScimError } from '../../protocol/error/scim-error.js';
import { UnavailableError } from '../../protocol/error/unavailable.error.js';
import { ClientGoneError } from '../../scim/client-gone.error.js';
import { announcedBytes, type BodyShare } from './bodies-in-flight.js';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

export interface BodyBounds {
  /** Greatest number of bytes, unpacked. */
  readonly limit: number;
  /** The bytes that groups and jobs may have, for the refusal. */
  readonly largest: number;
  /** Milliseconds in which the body has to arrive. */
  readonly timeout: number;
}

/**
 * The body of a request, unpacked. Reading ends at the limit, whatever length was announced and however small the
 * packed form is; the rest stays unread, so that the refusal need not wait for it. Nothing is read for which `share`
 * has no room.
 * @throws ScimError 413 over `limit` bytes, 415 for an unknown Content-Encoding, 400 for a body that breaks off, 408
 *   for one that takes too long; UnavailableError where there is no room
 */
export async function readBytes(
  request: IncomingMessage,
  bounds: BodyBounds,
  share: BodyShare,
): Promise<Buffer> {
  const { 'content-length': length } = request.headers;
  if (Number(length ?? 0) > bounds.limit) throw bodyTooLarge(bounds);
  const decoder = decoderOf(request);
  await share.reserve(
    announcedBytes(length === undefined ? undefined : Number(length), decoder !== undefined),
  );
  const metered = meter(share);
  const timer = setTimeout(() => metered.destroy(bodyTooSlow(bounds)), bounds.timeout);
  try {
    const bytes = await getRawBody(flow(request, decoder, metered), { limit: bounds.limit });
    // Bytes behind the end of a packed body would otherwise keep the connection from its next request.
    request.resume();
    share.shrink(bytes.length);
    return bytes;
  } catch (error) {
    if (error instanceof Error && 'type' in error && error.type === 'entity.too.large')
      throw bodyTooLarge(bounds);
    if (error instanceof ScimError || error instanceof UnavailableError || error instanceof ClientGoneError)
      throw error;
    throw invalidSyntax('The request body could not be read whole.');
  } finally {
    clearTimeout(timer);
    request.unpipe();
    decoder?.destroy();
    metered.destroy();
  }
}

/** Undefined where the body comes unpacked. */
function decoderOf({ headers }: IncomingMessage): Transform | undefined {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return undefined;
  const create = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (create) return create();
  throw new ScimError(415, undefined, 'Content-Encoding: send gzip, deflate, br or none.');
}

/** Lets bytes through as far as there is room for them. */
function meter(share: BodyShare): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      share.reserve(passed).then(() => done(null, chunk), done);
    },
  });
}

/** A pipe does not hand on the error of its source. One that comes when nobody reads any more is no fault. */
function flow(request: IncomingMessage, decoder: Transform | undefined, metered: Transform): Transform {
  const stop = (error: Error): void => void metered.destroy(error);
  request.once('error', stop);
  metered.on('error', () => undefined);
  if (decoder === undefined) return request.pipe(metered);
  return request.pipe(decoder.on('error', stop)).pipe(metered);
}

/** 413; it names the larger limit too where another kind of request has one. */
export function bodyTooLarge({ limit, largest }: Pick<BodyBounds, 'limit' | 'largest'>): ScimError {
  if (limit < largest) {
    return payloadTooLarge(
      `The request body is over the limit of ${limit} bytes here; only groups and Bulk may have ${largest} (maxPayloadSize).`,
    );
  }
  return payloadTooLarge(`The request body is over the limit of ${limit} bytes (maxPayloadSize).`);
}

/** 408. */
export function bodyTooSlow({ timeout }: Pick<BodyBounds, 'timeout'>): ScimError {
  return new ScimError(408, undefined, `The request body did not arrive within ${timeout / 1000} seconds.`);
}
