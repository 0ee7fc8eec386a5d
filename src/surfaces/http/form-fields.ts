import { type Writable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { parse } from 'content-type';
import { invalidSyntax, payloadTooLarge } from '../../protocol/error/scim-error.js';
import { type Work } from '../../protocol/work.js';
import { inPieces } from '../../scim/in-pieces.js';
import { decodeUtf8 } from './parse-json.js';

export interface FormField {
  readonly name: string;
  readonly value: string;
}

const URL_ENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/** How much is read at a stretch, in bytes or characters. */
const PIECE = 64 * 1024;
/** A percent-encoded byte of UTF-8 that is not the first one of its character. */
const CONTINUATION_BYTE = /^%[89ab]/i;

/** How many header lines a part may have, and how many bytes they may fill. */
const PART_HEADERS = { headerPairs: 20, headerSize: 16 * 1024 };

/** Whether a request of this `Content-Type` carries a form. */
export function isForm(contentType: string | undefined): boolean {
  return [URL_ENCODED, MULTIPART].includes(parse(contentType ?? '').type);
}

/**
 * The fields of a form in their order, `application/x-www-form-urlencoded` or `multipart/form-data` (RFC 7578).
 * A part with a file name is a field like any other: a browser gives a part a type only where it is a `Blob`, which has
 * a file name too.
 * @throws ScimError 400 `invalidSyntax` for a malformed form or a part without a name; 413 for more than `maxFields`
 */
export async function readFormFields(
  bytes: Buffer,
  contentType: string,
  maxFields: number,
): Promise<FormField[]> {
  const text = await inPieces(decodeUtf8(bytes));
  return parse(contentType).type === MULTIPART
    ? readMultipart(bytes, contentType, maxFields)
    : inPieces(readUrlEncoded(text, maxFields));
}

function* readUrlEncoded(text: string, maxFields: number): Work<FormField[]> {
  const pairs = text.split('&', maxFields + 1);
  if (pairs.length > maxFields) throw tooManyFields(maxFields);
  const fields: FormField[] = [];
  for (const pair of pairs.filter((each) => each !== '')) {
    const end = pair.indexOf('=');
    const [name, value] = end < 0 ? [pair, ''] : [pair.slice(0, end), pair.slice(end + 1)];
    const place = fields.length + 1;
    fields.push({ name: yield* decodeComponent(name, place), value: yield* decodeComponent(value, place) });
  }
  return fields;
}

/** @param place of the field in the form, from 1 */
function* decodeComponent(text: string, place: number): Work<string> {
  const parts: string[] = [];
  try {
    for (let start = 0; start < text.length;) {
      const end = characterEnd(text, start + PIECE);
      parts.push(decodeURIComponent(text.slice(start, end).replaceAll('+', ' ')));
      start = end;
      yield;
    }
  } catch {
    throw invalidSyntax(`Field ${place} of the form is not percent-encoded UTF-8.`);
  }
  return parts.join('');
}

/** The next index from `start` on that lies in no percent-encoded character, whose bytes are encoded one by one. */
function characterEnd(text: string, start: number): number {
  for (let end = start; end < text.length; end += 1) {
    const isInEscape = text[end - 1] === '%' || text[end - 2] === '%';
    if (!isInEscape && !CONTINUATION_BYTE.test(text.slice(end, end + 2))) return end;
  }
  return text.length;
}

function readMultipart(bytes: Buffer, contentType: string, maxFields: number): Promise<FormField[]> {
  return new Promise((resolve, reject) => {
    const fields: FormField[] = [];
    const malformed = (): void =>
      reject(invalidSyntax('The multipart form is malformed or not whole; check boundary and part headers.'));
    let parser;
    try {
      const limits = { ...PART_HEADERS, parts: maxFields, fieldSize: bytes.length + 1 };
      parser = new Busboy({ headers: { 'content-type': contentType }, limits, isPartAFile: () => false });
    } catch {
      malformed();
      return;
    }
    parser
      .on('field', (name: string | undefined, value) => {
        if (name === undefined) reject(invalidSyntax('A part of the multipart form has no name.'));
        else fields.push({ name, value });
      })
      .on('partsLimit', () => reject(tooManyFields(maxFields)))
      .on('error', malformed)
      .on('finish', () => resolve(fields));
    inPieces(feed(parser, bytes)).catch(malformed);
  });
}

function* feed(parser: Writable, bytes: Buffer): Work<void> {
  for (let start = 0; start < bytes.length; start += PIECE) {
    parser.write(bytes.subarray(start, start + PIECE));
    yield;
  }
  parser.end();
}

function tooManyFields(maxFields: number): Error {
  return payloadTooLarge(
    `The form has more than ${maxFields} fields; send several values as one field with a JSON array.`,
  );
}
