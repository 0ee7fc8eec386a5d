import { ApiHeader, ApiParam, ApiQuery } from '@nestjs/swagger';
import { type TypeName } from './schema.openapi.js';

/** A parameter of the query that is a text. */
export const textParameter = (name: string, description: string): MethodDecorator =>
  ApiQuery({ name, type: String, required: false, description });

export const FILTER = textParameter(
  'filter',
  'Which resources (RFC 7644 §3.4.2.2), for example userName sw "b" and active eq true; all without it.',
);

interface Paging {
  /** How many resources a page holds where the request does not say; undefined: all. */
  readonly usual?: number;
  readonly most?: number;
  /** Numbers out of range are refused, where RFC 7644 §3.4.2.4 would correct them. */
  readonly isStrict?: boolean;
  /** Whether lists can be paged by {@link CURSOR} instead. */
  readonly hasCursor?: boolean;
}

export const paging = ({
  usual,
  most,
  isStrict = false,
  hasCursor = false,
}: Paging = {}): readonly MethodDecorator[] => [
  ApiQuery({
    name: 'startIndex',
    required: false,
    description: `Position of the first resource that is wanted, from 1${hasCursor ? '; not together with cursor' : ''}.`,
    // Swagger UI sends a default as a value, and a request with startIndex and cursor is refused.
    schema: { type: 'integer', ...(!hasCursor && { default: 1 }), ...(isStrict && { minimum: 1 }) },
  }),
  ApiQuery({
    name: 'count',
    required: false,
    description: `How many resources the answer holds at most${usual === undefined ? '; all without it' : ''}.`,
    schema: {
      type: 'integer',
      ...(usual !== undefined && { default: usual }),
      ...(most !== undefined && { maximum: most }),
      ...(isStrict && { minimum: 0 }),
    },
  }),
];

export const CURSOR = ApiQuery({
  name: 'cursor',
  type: String,
  required: false,
  allowEmptyValue: true,
  description:
    'Pages by cursor instead of startIndex (RFC 9865): empty for the first page, then what a page gave.',
});

export const SORTING: readonly MethodDecorator[] = [
  textParameter('sortBy', 'The attribute by which the list is ordered, such as userName.'),
  ApiQuery({
    name: 'sortOrder',
    required: false,
    description: 'Which way it is ordered.',
    schema: { type: 'string', enum: ['ascending', 'descending'] },
  }),
];

export const PROJECTION: readonly MethodDecorator[] = [
  textParameter('attributes', 'Only these attributes, separated by commas.'),
  textParameter('excludedAttributes', 'All attributes but these, separated by commas.'),
];

export const IF_MATCH = ApiHeader({
  name: 'If-Match',
  required: false,
  description: 'Entity tag of the version that the resource must have, such as W/"3".',
});

/** Of a request that changes something. */
export const PRECONDITIONS: readonly MethodDecorator[] = [
  IF_MATCH,
  ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'Entity tag of a version that the resource must not have; * asks that there be none.',
  }),
];

/** Of a request that reads one resource. */
export const IF_NONE_MATCH = ApiHeader({
  name: 'If-None-Match',
  required: false,
  description: 'Entity tag of the version that the client has, which is then not sent again.',
});

export const PREFER = ApiHeader({
  name: 'Prefer',
  required: false,
  description:
    'return=minimal or return=representation: without or with the resource in the answer (RFC 7240).',
});

/** The id in a path. */
export const idParameter = (name: string, type: TypeName, form = '16 hexadecimal digits'): MethodDecorator =>
  ApiParam({ name, type: String, description: `Id of the ${type.toLowerCase()}: ${form}.` });
