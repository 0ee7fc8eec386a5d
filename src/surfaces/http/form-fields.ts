import { Busboy } from '@fastify/busboy';
import { parse } from 'content-type';
import { invalidSyntax, payloadTooLarge } from '../../protocol/error/scim-error.js';
import { decodeUtf8 } from './parse-json.js';

export interface FormField {
  readonly name: string;
  readonly value: string;
}

const URL_ENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/** How many header lines a part may have, and how many bytes they may fill. */
const PART_HEADERS = { headerPairs: 20, headerSize: 16 * 1024 };

/** Whether a request of this `Content-Type` carries a form. */
export function isForm(contentType: string | undefined): boolean {
  return [URL_ENCODED, MULTIPART].includes(parse(contentType ?? '').type);
}

/**
 * The fields of a form in their order, `application/x-www-form-urlencoded` or `multipart/form-data` (RFC 7578).
 * @throws ScimError 400 `invalidSyntax` for a malformed form, a part without a name or one that is a file; 413 for
 *   more than `maxFields`
 */
export async function readFormFields(
  bytes: Buffer,
  contentType: string,
  maxFields: number,
): Promise<FormField[]> {
  const text = decodeUtf8(bytes);
  return parse(contentType).type === MULTIPART
    ? readMultipart(bytes, contentType, maxFields)
    : readUrlEncoded(text, maxFields);
}

function readUrlEncoded(text: string, maxFields: number): FormField[] {
  const pairs = text.split('&', maxFields + 1);
  if (pairs.length > maxFields) throw tooManyFields(maxFields);
  return pairs
    .filter((pair) => pair !== '')
    .map((pair, index) => {
      const end = pair.indexOf('=');
      const [name, value] = end < 0 ? [pair, ''] : [pair.slice(0, end), pair.slice(end + 1)];
      return { name: decodeComponent(name, index), value: decodeComponent(value, index) };
    });
}

function decodeComponent(text: string, index: number): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidSyntax(`Field ${index + 1} of the form is not percent-encoded UTF-8.`);
  }
}

function readMultipart(bytes: Buffer, contentType: string, maxFields: number): Promise<FormField[]> {
  return new Promise((resolve, reject) => {
    const fields: FormField[] = [];
    const malformed = (): void =>
      reject(invalidSyntax('The multipart form is malformed or not whole; check boundary and part headers.'));
    let parser;
    try {
      const limits = { ...PART_HEADERS, parts: maxFields, fieldSize: bytes.length + 1 };
      parser = new Busboy({ headers: { 'content-type': contentType }, limits });
    } catch {
      malformed();
      return;
    }
    parser
      .on('field', (name: string | undefined, value) => {
        if (name === undefined) reject(invalidSyntax('A part of the multipart form has no name.'));
        else fields.push({ name, value });
      })
      .on('file', (_name, stream) => {
        // A file that ends early raises an error of its own, which would end the process.
        stream.on('error', () => undefined).resume();
        reject(
          invalidSyntax('A part of the multipart form is a file; send its content as an ordinary field.'),
        );
      })
      .on('partsLimit', () => reject(tooManyFields(maxFields)))
      .on('error', malformed)
      .on('finish', () => resolve(fields))
      .end(bytes);
  });
}

function tooManyFields(maxFields: number): Error {
  return payloadTooLarge(
    `The form has more than ${maxFields} fields; send several values as one field with a JSON array.`,
  );
}
