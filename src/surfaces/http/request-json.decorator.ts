import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { invalidSyntax } from '../../protocol/error/scim-error.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { checkValue } from '../../protocol/text/check-value.js';
import { type ReadBody } from '../../scim/judge-request.js';
import { parseJsonBody } from './json-body.js';
import { bytesOf, type RequestWithBytes } from './request-body.interceptor.js';

/**
 * Hands the handler a {@link ReadBody}, so that the service decides when the body is judged. Calling it throws
 * ScimError 400 `invalidSyntax` for anything but a JSON object, `invalidValue` for what no store could keep.
 */
export const RequestJson = createParamDecorator((_: unknown, context: ExecutionContext): ReadBody => {
  const request = context.switchToHttp().getRequest<RequestWithBytes>();
  return () => {
    const body = readJsonObject(request);
    checkValue(body, '');
    return body;
  };
});

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
