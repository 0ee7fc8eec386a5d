import { parse } from 'content-type';
import { type Request } from 'express';
import { ScimError } from '../../protocol/error/scim-error.js';

type MediaType = 'application/scim+json' | 'application/json';

export const SCIM_JSON = 'application/scim+json; charset=utf-8';
export const PLAIN_JSON = 'application/json; charset=utf-8';

/** The media types that a surface writes its answers in; the first where the request prefers none of them. */
export type WrittenTypes = readonly [MediaType, ...MediaType[]];

/** A type and a subtype, or a wildcard for either; `*` alone is what old Java clients send for all types. */
const MEDIA_RANGE = /^(?:\*|\*\/\*|[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+))$/;

/**
 * The media type of a request's body, in lower case; empty where the request does not name it. A `charset` beside it means
 * nothing (RFC 8259 §11), and Java clients send one that is not true: the bytes have to be UTF-8.
 */
export function sentType(request: Request): string {
  return parse(request.headers['content-type'] ?? '').type;
}

/** The `Content-Type` of an answer: what the request prefers, or else what the surface does. */
export function contentTypeOf(request: Request, written: WrittenTypes): string {
  return `${preferredType(request, written) ?? written[0]}; charset=utf-8`;
}

/** @throws ScimError 406 where the request's `Accept` admits none of the types */
export function requireAcceptable(request: Request, written: WrittenTypes): void {
  if (preferredType(request, written) !== undefined) return;
  throw new ScimError(
    406,
    undefined,
    `Accept admits none of the types that are written here: ${written.join(' and ')}.`,
  );
}

/**
 * The type that the request gives the greatest weight (RFC 9110 §12.4.2: 0 is "not acceptable", 1 is the default),
 * the first of several with the same. Undefined where none is acceptable.
 */
export function preferredType<T extends string>(
  { headers }: Request,
  written: readonly [T, ...T[]],
): T | undefined {
  const ranges = readAccept(headers.accept ?? '');
  const weights = written.map((type) => weightOf(type, ranges));
  const greatest = Math.max(...weights);
  return greatest > 0 ? written[weights.indexOf(greatest)] : undefined;
}

/** Of the ranges that a type falls under, the most exact one says its weight (RFC 9110 §12.5.1). */
function weightOf(type: string, ranges: ReadonlyMap<string, number>): number {
  const group = type.replace(/\/.*/, '/*');
  return ranges.get(type) ?? ranges.get(group) ?? ranges.get('*/*') ?? 0;
}

/**
 * The media ranges of an `Accept` with their weights; parameters other than the weight mean nothing. What is no
 * media range is left out, and a header without any admits everything, as its absence does.
 */
function readAccept(accept: string): ReadonlyMap<string, number> {
  const ranges = new Map<string, number>();
  for (let start = 0; start < accept.length;) {
    const { type, parameters, index } = parse(accept, { comma: true, start });
    if (MEDIA_RANGE.test(type)) {
      const range = type === '*' ? '*/*' : type;
      ranges.set(range, Math.max(readWeight(parameters['q']), ranges.get(range) ?? 0));
    }
    start = index + 1;
  }
  return ranges.size > 0 ? ranges : new Map([['*/*', 1]]);
}

/** A weight that is no number counts as if it were not there. */
function readWeight(text: string | undefined): number {
  const weight = Number.parseFloat(text ?? '1');
  return Number.isNaN(weight) ? 1 : weight;
}
