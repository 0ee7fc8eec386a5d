import { invalidSyntax } from '../../protocol/error/scim-error.js';
import { isJsonObject, numberIn, type JsonObject } from '../../protocol/json.js';
import { checkValueWork } from '../../protocol/text/check-value.js';
import { inPieces } from '../../scim/in-pieces.js';
import { holdRefusal, type RequestBody } from '../../scim/request-body.js';
import { parseJsonBody } from './parse-json.js';
import { bytesOf, limitsOf, type RequestWithBytes } from './request-body.interceptor.js';

/**
 * The body as a JSON object. Its refusal is 400 `invalidSyntax` for anything else, 415 for what is not sent as JSON, 400
 * `invalidValue` for what no store could keep, 413 for more than a body may hold.
 */
export function jsonBody(request: RequestWithBytes): Promise<RequestBody> {
  return holdRefusal(async () => {
    const body = await readJsonObject(request);
    await inPieces(checkValueWork(body, ''));
    return body;
  });
}

/**
 * The body as it was sent: whether a store could keep its values is not looked at.
 * @throws ScimError 400 `invalidSyntax` for anything but a JSON object, 415 for what is not sent as one, 413 for more
 *   than a body may hold
 */
export async function readJsonObject(request: RequestWithBytes): Promise<JsonObject> {
  const body = await inPieces(parseJsonBody(bytesOf(request), limitsOf(request)));
  if (isJsonObject(body)) return body;
  const type = numberIn(body) === undefined ? typeof body : 'number';
  const found = Array.isArray(body) ? 'an array' : body === null ? 'null' : `a ${type}`;
  throw invalidSyntax(`The request body is ${found}; a JSON object is expected.`);
}
