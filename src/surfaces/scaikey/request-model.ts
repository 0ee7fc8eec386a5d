import { isUtf8 } from 'node:buffer';
import { ScimError } from '../../protocol/error/scim-error.js';
import { type Json, type JsonObject } from '../../protocol/json.js';
import { checkValueWork } from '../../protocol/text/check-value.js';
import { finish, type Work } from '../../protocol/work.js';
import { inPieces } from '../../scim/in-pieces.js';
import { type JsonLimits } from '../http/json-parser.js';
import { sentType } from '../http/media-types.js';
import { decodeUtf8, parseJsonBody } from '../http/parse-json.js';
import { bytesOf, limitsOf, type RequestWithBytes } from '../http/request-body.interceptor.js';
import { findJsonFault } from './json-fault.js';
import { type Model } from './model.js';
import { MOST_REPEATED, RequestValidationError } from './request-validation.error.js';
import { Validation } from './validation.js';

/** Media types that are read as JSON: as in the documented server, the subtype decides. None counts as JSON. */
const JSON_TYPE = /^application\/(?:json|[^;\s]+\+json)$/i;

/**
 * The request's body, checked against a model; whether the store accepts its values is checked later.
 *
 * @throws RequestValidationError 422 with everything that is wrong with it; ScimError 400 for bytes that are no
 * UTF-8 and for a name that stands twice
 */
export async function readModelBody(request: RequestWithBytes, model: Model): Promise<JsonObject> {
  const bytes = bytesOf(request);
  const body = bytes.length === 0 ? undefined : await readValue(request, bytes);
  return inPieces(judgeByModelWork(body, model));
}

/**
 * A body checked against a model; undefined stands for a request without body.
 *
 * @throws RequestValidationError 422 with everything that is wrong with it
 */
export function judgeByModel(body: Json | undefined, model: Model): JsonObject {
  return finish(judgeByModelWork(body, model));
}

/** The same as a work that may be interrupted. */
export function* judgeByModelWork(body: Json | undefined, model: Model): Work<JsonObject> {
  const validation = new Validation();
  if (body === undefined) validation.missing(['body'], null);
  const read = body === undefined ? {} : yield* validation.readBody(body, model, ['body']);
  if (validation.items.length === 0) return read;
  // A refusal repeats the input, so the input must be text that an answer can hold.
  yield* checkValueWork(body, '');
  throw new RequestValidationError(validation.items);
}

/** A body of another media type is checked as a text, which fits no model; no more of it than a refusal could repeat. */
async function readValue(request: RequestWithBytes, bytes: Buffer): Promise<Json> {
  const type = sentType(request);
  return type === '' || JSON_TYPE.test(type)
    ? readJson(bytes, limitsOf(request))
    : bytes.toString('utf8', 0, MOST_REPEATED + 1).replaceAll('\0', '\ufffd');
}

async function readJson(bytes: Buffer, limits: JsonLimits): Promise<Json> {
  try {
    return await inPieces(parseJsonBody(bytes, limits));
  } catch (error) {
    if (error instanceof ScimError && error.status === 413) throw error;
    const text = isUtf8(bytes) ? await inPieces(decodeUtf8(bytes)) : undefined;
    const fault = text === undefined ? undefined : await inPieces(findJsonFault(text));
    if (!fault) throw error;
    const { message, offset } = fault;
    throw new RequestValidationError([
      {
        type: 'json_invalid',
        loc: ['body', offset],
        msg: 'JSON decode error',
        input: {},
        ctx: { error: message },
      },
    ]);
  }
}
