import { type IncomingMessage } from 'node:http';
import { type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { invalidSyntax, payloadTooLarge, ScimError } from '../../protocol/error/scim-error.js';

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
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
  const chunks: Buffer[] = [];
  let length = 0;
  const source = unpack(request);
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    if (source !== request) {
      request.unpipe();
      source.destroy();
    }
    if (error instanceof ScimError) throw error;
    throw invalidSyntax('The request body could not be read whole.');
  }
  return Buffer.concat(chunks, length);
}

function unpack(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return request;
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding]?.() : undefined;
  if (!decoder) throw new ScimError(415, undefined, 'Content-Encoding: send gzip, deflate, br or none.');
  request.once('error', (error) => decoder.destroy(error));
  request.pipe(decoder);
  return decoder;
}

function tooLarge(limit: number): ScimError {
  return payloadTooLarge(`The request body is over the limit of ${limit} bytes (maxPayloadSize).`);
}
