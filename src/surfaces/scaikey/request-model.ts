import { isUtf8 } from 'node:buffer';
import { type Request } from 'express';
import { type Json, type JsonObject } from '../../protocol/json.js';
import { checkValue } from '../../protocol/text/check-value.js';
import { sentType } from '../http/media-types.js';
import { parseJsonBody } from '../http/parse-json.js';
import { bytesOf, type RequestWithBytes } from '../http/request-body.interceptor.js';
import { findJsonFault } from './json-fault.js';
import { type Model } from './model.js';
import { RequestValidationError } from './request-validation.error.js';
import { Validation } from './validation.js';

/** As the documented server reads them: the subtype decides. A request may leave its type out. */
const JSON_TYPE = /^application\/(?:json|[^;\s]+\+json)$/i;

/**
 * The request's body, judged by a model: whether a store could keep what it holds is not looked at.
 * @throws RequestValidationError 422 with everything that is wrong with it; ScimError 400 for bytes that are no
 * UTF-8 and for a name that stands twice
 */
export function readModelBody(request: RequestWithBytes, model: Model): JsonObject {
  const bytes = bytesOf(request);
  return judgeByModel(bytes.length === 0 ? undefined : readValue(request, bytes), model);
}

/**
 * A body judged by a model; undefined is one that is not there.
 * @throws RequestValidationError 422 with everything that is wrong with it
 */
export function judgeByModel(body: Json | undefined, model: Model): JsonObject {
  const validation = new Validation();
  if (body === undefined) validation.missing(['body'], null);
  const read = body === undefined ? {} : validation.readModel(body, model, ['body']);
  if (validation.items.length === 0) return read;
  // A refusal repeats what was sent, which has to be something that can be repeated.
  checkValue(body, '');
  throw new RequestValidationError(validation.items);
}

/** What is sent as something else than JSON is judged as the text it is, which no model fits. */
function readValue(request: Request, bytes: Buffer): Json {
  const { type } = sentType(request);
  return type === '' || JSON_TYPE.test(type)
    ? readJson(bytes)
    : bytes.toString('utf8').replaceAll('\0', '\ufffd');
}

function readJson(bytes: Buffer): Json {
  try {
    return parseJsonBody(bytes);
  } catch (error) {
    const fault = isUtf8(bytes) ? findJsonFault(bytes.toString('utf8').replace(/^\ufeff/, '')) : undefined;
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
