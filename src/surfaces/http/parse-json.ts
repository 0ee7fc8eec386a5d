import { isAscii } from 'node:buffer';
import { invalidSyntax, payloadTooLarge, type ScimError } from '../../protocol/error/scim-error.js';
import { numberFrom, type Json } from '../../protocol/json.js';
import { type Work } from '../../protocol/work.js';
import { type JsonLimits, JsonLimitError, parseJson } from './json-parser.js';

/** How many bytes or characters are looked at between two yields. */
const PIECE = 128 * 1024;
const MEBIBYTE = 1024 * 1024;
/** One name or element for each so many bytes that a body may have; a member with nothing but its id has 14. */
const BYTES_PER_VALUE = 16;
/** How many names and elements may stand in a body however small its limit is, by whether it may name many members. */
const LEAST_VALUES = { large: 1_048_576, small: 65_536 };
const MOST_NAMES = 10_000;
const MOST_DEPTH = 1000;

/**
 * What a body of JSON may hold.
 * @param bytes - how large it may be
 * @param text - how long one string in it may be
 * @param isLarge - whether it may name many members
 */
export function jsonLimits(bytes: number, text: number, isLarge: boolean): JsonLimits {
  const values = Math.max(LEAST_VALUES[isLarge ? 'large' : 'small'], Math.floor(bytes / BYTES_PER_VALUE));
  return { values, names: MOST_NAMES, text, depth: MOST_DEPTH };
}

/**
 * Parses a request body (RFC 7644 §3.8, RFC 8259): UTF-8, one value, no name twice in an object with two values.
 * @throws ScimError 400 `invalidSyntax` that says where the text stops being JSON, 413 for one over the limits
 */
export function* parseJsonBody(bytes: Buffer, limits: JsonLimits): Work<Json> {
  const text = yield* decodeUtf8(bytes);
  if (yield* isBlank(text)) throw invalidSyntax('The request body is empty; a JSON object is expected.');
  return yield* parseText(text, 'The request body', limits);
}

/** The same for JSON that stands inside something else; `what` is what the detail calls it. */
export function parseJsonText(text: string, what: string): Work<Json> {
  return parseText(text, what, jsonLimits(text.length, MEBIBYTE, true));
}

function* parseText(text: string, what: string, limits: JsonLimits): Work<Json> {
  try {
    return yield* parseJson(text, limits, numberFrom);
  } catch (error) {
    if (error instanceof JsonLimitError) throw overLimit(error.limit, what, limits);
    if (error instanceof SyntaxError) throw invalidSyntax(`${what} is not valid JSON: ${error.message}.`);
    throw error;
  }
}

function overLimit(limit: keyof JsonLimits, what: string, limits: JsonLimits): ScimError {
  switch (limit) {
    case 'values':
      return payloadTooLarge(
        `${what} holds more than ${limits.values} names and array elements together; send them in several requests.`,
      );
    case 'names':
      return payloadTooLarge(`${what} holds an object with more than ${limits.names} names.`);
    case 'text':
      return payloadTooLarge(`${what} holds a text or number of more than ${limits.text} characters.`);
    case 'depth':
      return invalidSyntax(`${what} is nested too deeply.`);
  }
}

/** Throws ScimError 400 `invalidSyntax` for bytes that are no UTF-8. */
export function* decodeUtf8(bytes: Buffer): Work<string> {
  // The text of ASCII is made at once, and outside the heap.
  if (isAscii(bytes)) return bytes.toString('latin1');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += PIECE) {
    pieces.push(decodePiece(decoder, bytes.subarray(start, start + PIECE)));
    yield;
  }
  pieces.push(decodePiece(decoder));
  return pieces.join('');
}

/** The text of a piece; without one, what the last piece left open. */
function decodePiece(decoder: InstanceType<typeof TextDecoder>, piece?: Buffer): string {
  try {
    return decoder.decode(piece, { stream: piece !== undefined });
  } catch {
    throw invalidSyntax('The request body is not valid UTF-8.');
  }
}

function* isBlank(text: string): Work<boolean> {
  for (let start = 0; start < text.length; start += PIECE) {
    if (text.slice(start, start + PIECE).trim() !== '') return false;
    yield;
  }
  return true;
}
