import { type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { BULK_REQUEST_URN, BULK_RESPONSE_URN } from '../../protocol/message/bulk-request.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import { SEARCH_REQUEST_SCHEMA } from '../../protocol/message/search-request.js';
import { PATCH_OP_URN } from '../../protocol/patch/patch-message.js';
import { ref } from './schema.openapi.js';

/*
 * The messages of RFC 7644 as classes that Nest documents. They check nothing. A surface that writes a message in
 * another form extends its class; where a field is of another type or not there at all, it takes Nest's OmitType of it.
 */

export const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The `schemas` of a message: the one URN that says which message it is. */
export const MessageUrn = (
  urn: string,
  options: { readonly default?: string[]; readonly required?: boolean } = {},
): PropertyDecorator =>
  ApiProperty({ type: [String], description: 'The URN of the message.', example: [urn], ...options });

/** A value that depends on what the path leads to: OpenAPI has no name for any type. */
export const AnyValue = (description: string): PropertyDecorator =>
  ApiPropertyOptional({
    description,
    anyOf: [
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
      { type: 'array', items: {} },
      { type: 'object', nullable: true },
    ],
  });

@ApiSchema({ description: 'One change of a resource.' })
export class PatchOperation {
  @ApiProperty({ enum: ['add', 'remove', 'replace'], description: 'What is done.' })
  readonly op!: string;

  @ApiPropertyOptional({
    type: String,
    description:
      'Attribute, sub-attribute, or values chosen by a filter; without it the value names attributes.',
  })
  readonly path?: string;

  @AnyValue('Any JSON value that fits the path; remove needs none.')
  readonly value?: unknown;
}

@ApiSchema({
  description: 'Changes that are made together or not at all, in their order (RFC 7644 §3.5.2).',
})
export class PatchOp {
  @MessageUrn(PATCH_OP_URN)
  readonly schemas!: readonly string[];

  @ApiProperty({ type: () => [PatchOperation], minItems: 1, description: 'The changes, in their order.' })
  readonly Operations!: readonly PatchOperation[];
}

@ApiSchema({ description: 'The parameters of a list in a body (RFC 7644 §3.4.3).' })
export class SearchRequest {
  @MessageUrn(SEARCH_REQUEST_SCHEMA)
  readonly schemas!: readonly string[];

  @ApiPropertyOptional({ type: String, description: 'Which resources (RFC 7644 §3.4.2.2); all without it.' })
  readonly filter?: string;

  @ApiPropertyOptional({ type: 'integer', default: 1, description: 'Position of the first one, from 1.' })
  readonly startIndex?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'How many resources the page holds at most.' })
  readonly count?: number;

  @ApiPropertyOptional({
    type: String,
    description: 'Pages by cursor (RFC 9865): empty for the first page, then what a page gave.',
  })
  readonly cursor?: string;

  @ApiPropertyOptional({ type: String, description: 'The attribute by which the list is ordered.' })
  readonly sortBy?: string;

  @ApiPropertyOptional({ enum: ['ascending', 'descending'], description: 'Which way it is ordered.' })
  readonly sortOrder?: string;

  @ApiPropertyOptional({ type: [String], description: 'Only these attributes.' })
  readonly attributes?: readonly string[];

  @ApiPropertyOptional({ type: [String], description: 'All attributes but these.' })
  readonly excludedAttributes?: readonly string[];
}

export class ListResponse {
  @MessageUrn(LIST_RESPONSE_SCHEMA)
  readonly schemas!: readonly string[];

  @ApiProperty({ type: 'integer', description: 'How many resources match, on all pages together.' })
  readonly totalResults!: number;

  @ApiProperty({ type: 'integer', description: 'Position of the first resource of this page, from 1.' })
  readonly startIndex!: number;

  @ApiProperty({ type: 'integer', description: 'How many resources this page holds.' })
  readonly itemsPerPage!: number;

  @ApiProperty({ type: 'array', items: {}, description: 'The resources of this page.' })
  readonly Resources!: readonly unknown[];
}

/** The ListResponse of that name whose resources are of these components. */
export function listResponseOf(
  name: string,
  components: readonly string[],
  Message: Type<Pick<ListResponse, 'Resources'>> = ListResponse,
  description = 'A page of resources (RFC 7644 §3.4.2).',
): Type {
  const [only = '', ...others] = components;

  @ApiSchema({ name, description })
  class ListResponseOfComponents extends Message {
    @ApiProperty({ type: 'array', items: others.length === 0 ? ref(only) : { anyOf: components.map(ref) } })
    override readonly Resources!: readonly unknown[];
  }
  return ListResponseOfComponents;
}

@ApiSchema({
  name: 'Error',
  description: 'Why a request was refused: what was wrong, where, and what would be right (RFC 7644 §3.12).',
})
export class ErrorMessage {
  @MessageUrn(ERROR_URN)
  readonly schemas!: readonly string[];

  @ApiProperty({ type: String, pattern: '^[45]\\d\\d$', description: 'The HTTP status.' })
  readonly status!: string;

  @ApiPropertyOptional({
    enum: [
      'invalidFilter',
      'tooMany',
      'uniqueness',
      'mutability',
      'invalidSyntax',
      'invalidPath',
      'noTarget',
      'invalidValue',
      'invalidCursor',
      'expiredCursor',
      'invalidCount',
    ],
    description: 'Keyword of RFC 7644 table 9 or of RFC 9865 §2.1, where one fits.',
  })
  readonly scimType?: string;

  @ApiProperty({ type: String, description: 'The reason, for people.' })
  readonly detail!: string;
}

@ApiSchema({ description: 'One of the requests that a bulk job holds.' })
class BulkOperation {
  @ApiProperty({ enum: ['POST', 'PUT', 'PATCH', 'DELETE'], description: 'Method of the single request.' })
  readonly method!: string;

  @ApiProperty({ type: String, description: '/Users or /Groups, with the id of a resource but for POST.' })
  readonly path!: string;

  @ApiPropertyOptional({ type: String, description: 'Names what a POST creates; bulkId:… refers to it.' })
  readonly bulkId?: string;

  @ApiPropertyOptional({ type: String, description: 'As If-Match.' })
  readonly version?: string;

  @ApiPropertyOptional({ type: Object, description: 'The body that the single request would have.' })
  readonly data?: object;
}

@ApiSchema({ description: 'Operations that are carried out one by one (RFC 7644 §3.7).' })
export class BulkRequest {
  @MessageUrn(BULK_REQUEST_URN)
  readonly schemas!: readonly string[];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'After so many errors no further operation is carried out; without it all are tried.',
  })
  readonly failOnErrors?: number;

  @ApiProperty({ type: () => [BulkOperation], minItems: 1, description: 'The requests.' })
  readonly Operations!: readonly BulkOperation[];
}

@ApiSchema({ description: 'What became of one of the requests.' })
export class BulkResult {
  @ApiProperty({ type: String, description: 'As in the request.' })
  readonly method!: string;

  @ApiPropertyOptional({ type: String, description: 'As in the request.' })
  readonly bulkId?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'uri',
    description: 'Where the resource is; a POST that failed has none.',
  })
  readonly location?: string;

  @ApiPropertyOptional({ type: String, description: 'The entity tag of the resource.' })
  readonly version?: string;

  @ApiProperty({ type: String, description: 'The HTTP status of the single request.' })
  readonly status!: string;

  @ApiPropertyOptional({ type: () => ErrorMessage, description: 'Why it was refused.' })
  readonly response?: object;
}

@ApiSchema({ description: 'What became of each operation, in the order of the request (RFC 7644 §3.7.3).' })
export class BulkResponse {
  @MessageUrn(BULK_RESPONSE_URN)
  readonly schemas!: readonly string[];

  @ApiProperty({ type: () => [BulkResult], description: 'One element for each request that was tried.' })
  readonly Operations!: readonly BulkResult[];
}
