/** A parsed OpenAPI document, as far as tests read it. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly examples?: Readonly<Record<string, Example>> };
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly description?: string;
  readonly schema?: { readonly example?: string };
}

type Content = Readonly<Record<string, { readonly examples?: Readonly<Record<string, Example>> }>>;
type Example = { readonly value: unknown } | { readonly $ref: string };

/** A body that a document shows. */
export interface DocumentedExample {
  readonly name: string;
  readonly mediaType: string;
  readonly value: unknown;
  /** JSON pointer of the schema that it has to fit, from the document's root. */
  readonly schema: string;
}

export interface DocumentedOperation {
  readonly method: string;
  /** From the origin, parameters in braces. */
  readonly path: string;
  readonly operation: Operation;
  readonly requests: readonly DocumentedExample[];
  /** By status; undefined: the answer has no body. */
  readonly answers: Readonly<Record<string, readonly DocumentedExample[] | undefined>>;
}

export function operationsOf(document: OpenApiDocument): DocumentedOperation[] {
  return Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => {
      const place = `/paths/${escapePointer(path)}/${method}`;
      const answers = Object.entries(operation.responses).map(([status, { content }]) => [
        status,
        content && examplesIn(document, content, `${place}/responses/${status}/content`),
      ]);
      return {
        method: method.toUpperCase(),
        path,
        operation,
        requests: examplesIn(document, operation.requestBody?.content ?? {}, `${place}/requestBody/content`),
        answers: Object.fromEntries(answers) as DocumentedOperation['answers'],
      };
    }),
  );
}

/** For a part of a JSON pointer in a URI fragment. */
export function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function examplesIn(document: OpenApiDocument, content: Content, place: string): DocumentedExample[] {
  return Object.entries(content).flatMap(([mediaType, { examples = {} }]) =>
    Object.entries(examples).map(([name, example]) => ({
      name,
      mediaType,
      value: valueOf(document, example),
      schema: `${place}/${escapePointer(mediaType)}/schema`,
    })),
  );
}

function valueOf({ components }: OpenApiDocument, example: Example): unknown {
  if ('value' in example) return example.value;
  const shared = components.examples?.[example.$ref.replace('#/components/examples/', '')];
  if (!shared || !('value' in shared)) throw new Error(`${example.$ref} leads nowhere`);
  return shared.value;
}
