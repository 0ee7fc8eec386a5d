import { type IncomingMessage } from 'node:http';
import { type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import getRawBody from 'raw-body';
import { invalidSyntax, payloadTooLarge, ScimError } from '../../protocol/error/scim-error.js';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * The body of a request, unpacked. Reading ends at the limit, whatever length was announced and however small the
 * packed form is; the rest stays unread, so that the refusal need not wait for it.
 * @throws ScimError 413 over `limit` bytes, 415 for an unknown Content-Encoding, 400 for a body that breaks off
 */
export async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const decoder = decoderOf(request);
  try {
    const bytes = await getRawBody(decoder ? unpack(request, decoder) : request, { limit });
    // What stands behind a packed body would else keep the connection from its next request.
    request.resume();
    return bytes;
  } catch (error) {
    if (error instanceof Error && 'type' in error && error.type === 'entity.too.large') throw tooLarge(limit);
    throw invalidSyntax('The request body could not be read whole.');
  } finally {
    if (decoder) request.unpipe(decoder);
    decoder?.destroy();
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

/** A pipe does not hand on the error of its source. One that comes when nobody reads any more is no fault. */
function unpack(request: IncomingMessage, decoder: Transform): Transform {
  request.once('error', (error) => decoder.destroy(error));
  decoder.on('error', () => undefined);
  return request.pipe(decoder);
}

function tooLarge(limit: number): ScimError {
  return payloadTooLarge(`The request body is over the limit of ${limit} bytes (maxPayloadSize).`);
}
