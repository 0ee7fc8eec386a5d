import { ScimError } from '../protocol/error/scim-error.js';
import { type JsonObject } from '../protocol/json.js';

/**
 * A request's body in the form of RFC 7644, or the refusal that reading it ended in. The refusal travels as data: a
 * service throws it when it has seen that the target exists (404) and has the version that is asked for (412).
 */
export type RequestBody = { readonly value: JsonObject } | { readonly refusal: ScimError };

/** Reads a body and holds its refusal back. Whatever is thrown that is no ScimError is thrown on. */
export async function holdRefusal(read: () => JsonObject | Promise<JsonObject>): Promise<RequestBody> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof ScimError) return { refusal: error };
    throw error;
  }
}

/** The body after one more step of decoding, which may refuse it. A body that is refused stays so. */
export async function decodeBody(
  body: RequestBody | Promise<RequestBody>,
  decode: (value: JsonObject) => JsonObject | Promise<JsonObject>,
): Promise<RequestBody> {
  const read = await body;
  return 'refusal' in read ? read : holdRefusal(() => decode(read.value));
}

/** @throws ScimError the refusal, where the body has one */
export function requireBody(body: RequestBody): JsonObject {
  if ('refusal' in body) throw body.refusal;
  return body.value;
}
