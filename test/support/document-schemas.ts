import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { runFolder } from './run-folder.js';

const FOLDER = resolve(import.meta.dirname, '../../openapi');

/** The names of the generated documents, as `standard.yaml`. */
export const DOCUMENT_FILES: readonly string[] = readdirSync(FOLDER);

const documents = new Map<string, object>();
const validators = new Map<string, ValidateFunction>();
// The documents themselves are checked by the linter.
const ajv = new Ajv({
  strict: false,
  allErrors: true,
  validateFormats: false,
  validateSchema: false,
  meta: false,
});

/**
 * A generated document, parsed once for each test run and then kept as JSON, which is read hundreds of times as fast as
 * YAML.
 *
 * @param file its name, as `standard.yaml`
 */
export function readDocument(file: string): object {
  const known = documents.get(file);
  if (known) return known;
  const parsed = join(runFolder(), `${file}.json`);
  if (!existsSync(parsed)) {
    const unfinished = `${parsed}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(parse(readFileSync(join(FOLDER, file), 'utf8'))));
    renameSync(unfinished, parsed);
  }
  const document = JSON.parse(readFileSync(parsed, 'utf8')) as object;
  documents.set(file, document);
  ajv.addSchema(document, file);
  return document;
}

/**
 * What a value breaks of a schema in a document.
 *
 * @param pointer JSON pointer from the document's root, in the form of a URI fragment without `#`
 * @throws Error where the pointer leads nowhere
 */
export function faultsAgainst(file: string, pointer: string, value: unknown): readonly ErrorObject[] {
  const place = file + followed(readDocument(file), pointer);
  const validate = validators.get(place) ?? ajv.compile({ $ref: place });
  validators.set(place, validate);
  return validate(value) ? [] : (validate.errors ?? []);
}

/** Thousands of places refer to the same few components, each of which is to be compiled once. */
function followed(document: object, pointer: string): string {
  const schema = pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((within, part) => (within as Record<string, unknown> | undefined)?.[part], document);
  const { $ref, ...more } = (schema ?? {}) as { readonly $ref?: string };
  return $ref !== undefined && Object.keys(more).length === 0 ? $ref : `#${pointer}`;
}
