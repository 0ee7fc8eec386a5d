import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiSecurity } from '@nestjs/swagger';
import { type Request } from 'express';
import { rateFields, type Standing } from '../../limits/company-rates.js';
import { tooFast } from '../../limits/too-fast.js';
import { type ScimError } from '../../protocol/error/scim-error.js';
import { requireAcceptable } from '../http/media-types.js';
import { type Surface } from '../http/surface.js';
import { thrownBy } from './thrown-by.js';
import { ref } from './schema.openapi.js';

/** Bodies by the name under which Swagger UI offers them; the first one is what it shows. */
export type Examples = Readonly<Record<string, unknown>>;

/** What the operations of one surface have in common. */
export interface SurfaceForm {
  /** Media types of requests; those of answers are the surface's own. */
  readonly requestTypes: readonly string[];
  /** Media types of errors, where they are others than those of answers. */
  readonly errorTypes?: readonly string[];
  /** How callers say who they are: names of the document's security schemes. */
  readonly security: readonly string[];
  /** Parameters of every path. */
  readonly parameters?: readonly MethodDecorator[];
  readonly surface: Surface;
  /** Component of its errors, and of those with another one. */
  readonly errors: { readonly usual: string } & Readonly<Record<number, string>>;
  /** Headers of every answer that is about one resource. */
  readonly resourceHeaders: DocumentedHeaders;
  /** Refusals of every operation. */
  readonly refusals?: Refusals;
  /** What a status means, where the surface's document has words of its own for it. */
  readonly meanings?: Readonly<Record<number, string>>;
}

/** An answer with a body. */
export interface DocumentedAnswer {
  readonly description: string;
  /** Name of a component. */
  readonly schema: string;
  readonly examples: Examples;
  readonly headers?: DocumentedHeaders;
}

/** An answer without a body. */
export type BodilessAnswer = Pick<DocumentedAnswer, 'description' | 'headers'>;

/** What headers say, by name. */
export type DocumentedHeaders = Readonly<Record<string, string>>;

/** What an operation may be refused for: by status and name. */
export type Refusals = Readonly<Record<number, Readonly<Record<string, ScimError>>>>;

export interface DocumentedOperation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly MethodDecorator[];
  readonly body?: {
    readonly schema: string;
    readonly examples: Examples;
    readonly types?: readonly string[];
  };
  /** By status. */
  readonly answers: Readonly<Record<number, DocumentedAnswer | BodilessAnswer>>;
  readonly refusals: Refusals;
  /** Open to callers without a token. */
  readonly isPublic?: boolean;
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request is malformed; detail says where.',
  401: 'No valid token.',
  403: 'The token lacks the scope, or the company is suspended.',
  404: 'The company has no such resource.',
  406: 'Accept leaves no form of JSON.',
  408: 'The body did not arrive in time.',
  409: 'A value that has to be unique is taken.',
  412: 'The resource has another version than the request asks for.',
  413: 'The body or the number of operations is over the limit.',
  415: 'The body is not JSON, or packed in a way that is not read.',
  429: 'The company sends too fast, is paused, or its removals are held; nothing of the request was done.',
  501: 'Not offered to this caller.',
};

/** A company of a server whose settings name no rate, with one request too many. */
const TOO_FAST: Standing = {
  rate: { perSecond: 100, burst: 200 },
  isOver: true,
  remaining: 0,
  seconds: 1,
  milliseconds: 1000,
};

const HEADERS_OF_429: Readonly<Record<string, { readonly description: string; readonly example: string }>> = {
  'Retry-After': { description: 'In how many seconds to send the request again.', example: '1' },
  'Rollcall-Reason': { description: 'Why the request was put off.', example: 'rate' },
  'RateLimit-Policy': {
    description: 'How many requests (q) the company may send in how many seconds (w).',
    example: rateFields(TOO_FAST)['RateLimit-Policy'] ?? '',
  },
  RateLimit: {
    description: 'How many requests are left (r), and in how many seconds there are more (t).',
    example: rateFields(TOO_FAST)['RateLimit'] ?? '',
  },
};

/** Documents an operation; its errors are written by the surface's own encoder, so that the examples are what it sends. */
export function documentOperation(form: SurfaceForm, operation: DocumentedOperation): MethodDecorator {
  const { operationId, summary, description, parameters = [], body, isPublic = false } = operation;
  const delays = isPublic
    ? {}
    : { 429: { tooFast: tooFast('company', TOO_FAST), ...operation.refusals?.[429] } };
  const refusals = { ...unacceptable(form), ...form.refusals, ...operation.refusals, ...delays };
  return applyDecorators(
    ...(isPublic ? [] : form.security.map((name) => ApiSecurity(name))),
    ApiOperation({ operationId, summary, description, ...(isPublic && { security: [] }) }),
    ...(form.parameters ?? []),
    ...parameters,
    ...(body ? [ApiConsumes(...(body.types ?? form.requestTypes)), bodyOf(body)] : []),
    ...Object.entries(operation.answers).map(([status, answer]) => answerOf(form, Number(status), answer)),
    ...Object.entries(refusals).map(([status, errors]) =>
      refusalOf(form, operation.method, Number(status), errors),
    ),
  );
}

/** What a surface that insists on a media type of its own says to a browser that wants a page. */
function unacceptable({ surface: { refusesUnacceptable, writes } }: SurfaceForm): Refusals {
  if (!refusesUnacceptable) return {};
  const request = { headers: { accept: 'text/html' } } as Request;
  return { 406: { notAcceptable: thrownBy(() => requireAcceptable(request, writes)) } };
}

function bodyOf({ schema, examples }: NonNullable<DocumentedOperation['body']>): MethodDecorator {
  return ApiBody({ required: true, schema: ref(schema), examples: withSummaries(examples) });
}

function answerOf(
  { surface, meanings }: SurfaceForm,
  status: number,
  answer: DocumentedAnswer | BodilessAnswer,
): MethodDecorator {
  const { headers = {} } = answer;
  const documented = Object.entries(headers).map(([name, text]): [string, Header] => [
    name,
    { description: text, schema: { type: 'string' } },
  ]);
  return ApiResponse({
    status,
    description: meanings?.[status] ?? answer.description,
    ...(documented.length > 0 && { headers: Object.fromEntries(documented) }),
    ...('schema' in answer && { content: contentOf(surface.writes, answer.schema, answer.examples) }),
  });
}

function refusalOf(
  { surface, errorTypes = surface.writes, errors, meanings }: SurfaceForm,
  method: DocumentedOperation['method'],
  status: number,
  refusals: Readonly<Record<string, ScimError>>,
): MethodDecorator {
  // The parts of a request that the wording of an error depends on.
  const request = { method, path: '', headers: {} } as Request;
  const examples = Object.entries(refusals).map(([name, error]) => [
    name,
    surface.encodeError(error, request).body,
  ]);
  return ApiResponse({
    status,
    description: meanings?.[status] ?? MEANINGS[status] ?? '',
    ...(status === 429 && { headers: headersOf429() }),
    content: contentOf(errorTypes, errors[status] ?? errors.usual, Object.fromEntries(examples) as Examples),
  });
}

const headersOf429 = (): Record<string, Header> =>
  Object.fromEntries(
    Object.entries(HEADERS_OF_429).map(([name, { description, example }]): [string, Header] => [
      name,
      { description, schema: { type: name === 'Retry-After' ? 'integer' : 'string' }, example },
    ]),
  );

type Described = Extract<Parameters<typeof ApiResponse>[0], { content?: unknown }>;
type Header = NonNullable<Described['headers']>[string];
type Content = NonNullable<Described['content']>;

function contentOf(types: readonly string[], schema: string, examples: Examples): Content {
  const documented = { schema: ref(schema), examples: withSummaries(examples) };
  return Object.fromEntries(types.map((type) => [type, documented]));
}

function withSummaries(examples: Examples): Record<string, { summary: string; value: unknown }> {
  return Object.fromEntries(
    Object.entries(examples).map(([name, value]) => [name, { summary: summaryOf(name), value }]),
  );
}

/** `addMember` is shown as "Add member". */
function summaryOf(name: string): string {
  const words = name.replace(/(?<=[a-z])[A-Z]|(?<=[A-Z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
