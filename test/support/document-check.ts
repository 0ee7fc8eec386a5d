import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { runFolder } from './run-folder.js';

const DOCUMENTS = resolve(import.meta.dirname, '../../openapi');

/** Longer bodies are not checked: they are lists of thousands, and a check would take longer than the test. */
const MAX_CHECKED_LENGTH = 500_000;

/** Statuses that no document has: Node answers with them before there is a route, or the server has failed. */
const OUTSIDE_DOCUMENTS = new Set([408, 431, 500, 503]);

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: object }>> }>>;
}

interface DocumentedOperation {
  readonly document: string;
  readonly method: string;
  readonly path: RegExp;
  readonly pointer: string;
  readonly operation: Operation;
}

/** An answer and its request, as far as an OpenAPI document describes them. */
export interface ObservedAnswer {
  readonly method: string;
  /** Path from the origin, with or without query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
  readonly body: unknown;
}

// `test/openapi` checks the documents themselves.
const ajv = new Ajv({
  strict: false,
  allErrors: true,
  validateFormats: false,
  validateSchema: false,
  meta: false,
});
const operations: readonly DocumentedOperation[] = readdirSync(DOCUMENTS).flatMap(readDocument);
const validators = new Map<string, ValidateFunction>();

function readDocument(file: string): DocumentedOperation[] {
  const document = parseOnce(file);
  ajv.addSchema(document, file);
  return Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({
      document: file,
      method: method.toUpperCase(),
      path: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '(?!\\.search$)[^/]+')}/?$`),
      pointer: `#/paths/${escapePointer(path)}/${method}`,
      operation,
    })),
  );
}

/**
 * The document, parsed once for each test run and then kept as JSON, which is read hundreds of times as fast as YAML.
 */
function parseOnce(file: string): OpenApiDocument {
  const parsed = join(runFolder(), `${file}.json`);
  if (!existsSync(parsed)) {
    const unfinished = `${parsed}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(parse(readFileSync(join(DOCUMENTS, file), 'utf8'))));
    renameSync(unfinished, parsed);
  }
  return JSON.parse(readFileSync(parsed, 'utf8')) as OpenApiDocument;
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/**
 * Checks that the status, the media type and the body of an answer are as the generated OpenAPI document says.
 * Answers to requests that no document has, such as those to unknown routes, are not checked.
 *
 * @throws Error that says what the document does not allow
 */
export function checkAgainstDocument(answer: ObservedAnswer): void {
  const { method, status, text, body } = answer;
  const path = answer.path.split('?', 1)[0] ?? '';
  // A fixed path such as /Users/.search wins over /Users/{id}.
  const candidates = operations.filter(
    (candidate) => candidate.method === method && candidate.path.test(path),
  );
  const found = candidates.find(({ path: pattern }) => !pattern.source.includes('[^')) ?? candidates[0];
  if (!found || OUTSIDE_DOCUMENTS.has(status)) return;
  const place = `${found.document}: ${method} ${path} answered ${status}`;
  const response = found.operation.responses[String(status)];
  if (!response) throw new Error(`${place}, which is not documented: ${text.slice(0, 300)}`);
  if (text === '' || text.length > MAX_CHECKED_LENGTH) return;
  const mediaType = (answer.contentType ?? '').split(';', 1)[0] ?? '';
  if (!response.content?.[mediaType]) throw new Error(`${place} as ${mediaType}, which is not documented`);
  const pointer = `${found.document}${found.pointer}/responses/${status}/content/${escapePointer(mediaType)}/schema`;
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: pointer });
  validators.set(pointer, validate);
  const faults = validate(body) ? [] : (validate.errors ?? []);
  // A projection that a vendor's document does not offer may take away what it requires.
  const offersProjection = found.operation.parameters?.some(({ name }) => name === 'attributes') === true;
  const projected = !offersProjection && /[?&](attributes|excludedAttributes)=/.test(answer.path);
  const broken = faults.filter(({ keyword }) => !(projected && ['required', 'anyOf'].includes(keyword)));
  if (broken.length > 0) {
    throw new Error(
      `${place} with a body that is not documented: ${ajv.errorsText(broken)}\n${text.slice(0, 500)}`,
    );
  }
}
