import { DOCUMENT_FILES, faultsAgainst, readDocument } from './document-schemas.js';
import { escapePointer } from './documented-operations.js';

/** Longer bodies are not checked: they are lists of thousands, and a check would take longer than the test. */
const MAX_CHECKED_LENGTH = 500_000;

/** Statuses that no document has: Node answers with them before there is a route, or the server has failed. */
const OUTSIDE_DOCUMENTS = new Set([431, 500, 503]);

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: object }>> }>>;
}

interface DocumentedOperation {
  readonly document: string;
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

/** Only operations with the method and as many segments can be meant: there are hundreds, and each request looks for one. */
const kindOf = (method: string, path: string): string =>
  `${method} ${path.replace(/\/+$/, '').split('/').length}`;

const operations = new Map<string, DocumentedOperation[]>();
for (const file of DOCUMENT_FILES) {
  for (const [path, byMethod] of Object.entries((readDocument(file) as OpenApiDocument).paths)) {
    for (const [name, operation] of Object.entries(byMethod)) {
      const method = name.toUpperCase();
      const alike = operations.get(kindOf(method, path)) ?? [];
      operations.set(kindOf(method, path), alike);
      alike.push({
        document: file,
        path: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '(?!\\.search$)[^/]+')}/?$`),
        pointer: `/paths/${escapePointer(path)}/${name}`,
        operation,
      });
    }
  }
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
  const alike = operations.get(kindOf(method, path)) ?? [];
  const candidates = alike.filter((candidate) => candidate.path.test(path));
  const found = candidates.find(({ path: pattern }) => !pattern.source.includes('[^')) ?? candidates[0];
  if (!found || OUTSIDE_DOCUMENTS.has(status)) return;
  const place = `${found.document}: ${method} ${path} answered ${status}`;
  const response = found.operation.responses[String(status)];
  if (!response) throw new Error(`${place}, which is not documented: ${text.slice(0, 300)}`);
  if (text === '' || text.length > MAX_CHECKED_LENGTH) return;
  const mediaType = (answer.contentType ?? '').split(';', 1)[0] ?? '';
  if (!response.content?.[mediaType]) throw new Error(`${place} as ${mediaType}, which is not documented`);
  const pointer = `${found.pointer}/responses/${status}/content/${escapePointer(mediaType)}/schema`;
  // What is no JSON is described as a text.
  const faults = faultsAgainst(found.document, pointer, body === undefined ? text : body);
  // A projection that a vendor's document does not offer may take away what it requires.
  const offersProjection = found.operation.parameters?.some(({ name }) => name === 'attributes') === true;
  const projected = !offersProjection && /[?&](attributes|excludedAttributes)=/.test(answer.path);
  const broken = faults.filter(({ keyword }) => !(projected && ['required', 'anyOf'].includes(keyword)));
  if (broken.length > 0) {
    const told = broken.map(({ instancePath, message }) => `${instancePath} ${message}`).join(', ');
    throw new Error(`${place} with a body that is not documented: ${told}\n${text.slice(0, 500)}`);
  }
}
