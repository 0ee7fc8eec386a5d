import { invalidSyntax } from '../../protocol/error/scim-error.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { checkValue } from '../../protocol/text/check-value.js';
import { holdRefusal, type RequestBody } from '../../scim/request-body.js';
import { parseJsonBody } from './parse-json.js';
import { bytesOf, type RequestWithBytes } from './request-body.interceptor.js';

/**
 * The body as a JSON object. Its refusal is 400 `invalidSyntax` for anything else, 415 for what is not sent as JSON, 400
 * `invalidValue` for what no store could keep.
 */
export function jsonBody(request: RequestWithBytes): RequestBody {
  return holdRefusal(() => {
    const body = readJsonObject(request);
    checkValue(body, '');
    return body;
  });
}

/**
 * The body as it was sent: whether a store could keep its values is not looked at.
 * @throws ScimError 400 `invalidSyntax` for anything but a JSON object, 415 for what is not sent as one
 */
export function readJsonObject(request: RequestWithBytes): JsonObject {
  const body = parseJsonBody(bytesOf(request));
  if (isJsonObject(body)) return body;
  const found = Array.isArray(body) ? 'an array' : body === null ? 'null' : `a ${typeof body}`;
  throw invalidSyntax(`The request body is ${found}; a JSON object is expected.`);
}
