import { parse } from 'lossless-json';
import { invalidSyntax } from '../../protocol/error/scim-error.js';
import { type Json } from '../../protocol/json.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a request body (RFC 7644 §3.8, RFC 8259): UTF-8, one value, no name twice in an object with two values.
 * @throws ScimError 400 `invalidSyntax` that says where the text stops being JSON.
 */
export function parseJsonBody(bytes: Buffer): Json {
  const text = decodeUtf8(bytes);
  if (text.trim() === '') throw invalidSyntax('The request body is empty; a JSON object is expected.');
  return parseJsonText(text, 'The request body');
}

/** The same for JSON that stands inside something else; `what` is what the detail calls it. */
export function parseJsonText(text: string, what: string): Json {
  try {
    return parse(text, undefined, { parseNumber }) as Json;
  } catch (error) {
    if (error instanceof RangeError) throw invalidSyntax(`${what} is nested too deeply.`);
    if (error instanceof SyntaxError) throw invalidSyntax(`${what} is not valid JSON: ${error.message}.`);
    throw error;
  }
}

/** Throws ScimError 400 `invalidSyntax` for bytes that are no UTF-8. */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidSyntax('The request body is not valid UTF-8.');
  }
}

/** Whole numbers that a double cannot hold exactly would come back changed, so they are refused. */
function parseNumber(source: string): number {
  const value = Number(source);
  if (!Number.isFinite(value) || (/^-?\d+$/.test(source) && !Number.isSafeInteger(value))) {
    throw new SyntaxError(`the number ${source.slice(0, 40)} is out of range`);
  }
  return value;
}
