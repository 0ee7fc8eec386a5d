import { type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema, OmitType } from '@nestjs/swagger';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import {
  AnyValue,
  BulkResponse,
  BulkResult,
  ErrorMessage,
  ListResponse,
  listResponseOf,
  MessageUrn,
} from '../openapi/messages.openapi.js';
import { ref } from '../openapi/schema.openapi.js';

/** In this document `schemas` and `startIndex` are optional and have defaults. */
class ScaikeyListResponse extends ListResponse {
  @MessageUrn(LIST_RESPONSE_SCHEMA, { default: [LIST_RESPONSE_SCHEMA], required: false })
  override readonly schemas!: readonly string[];

  @ApiPropertyOptional({ type: 'integer', default: 1 })
  override readonly startIndex!: number;
}

@ApiSchema({ name: 'SCIMError', description: 'Why a request was refused (RFC 7644 Section 3.12).' })
class ScaikeyError extends ErrorMessage {}

@ApiSchema({ name: 'SCIMBulkResult', description: 'What became of one operation.' })
class ScaikeyBulkResult extends OmitType(BulkResult, ['response']) {
  @ApiPropertyOptional({
    description: 'Why it was refused: the body that the single request would have had.',
    anyOf: [ref('SCIMError'), ref('HTTPValidationError')],
  })
  readonly response?: object;
}

@ApiSchema({ name: 'SCIMBulkResponse', description: 'SCIM Bulk response (RFC 7644 Section 3.7).' })
class ScaikeyBulkResponse extends BulkResponse {
  @ApiProperty({ type: () => [ScaikeyBulkResult] })
  override readonly Operations!: readonly BulkResult[];
}

@ApiSchema({ description: 'One thing that is wrong.' })
class ValidationError {
  @ApiProperty({
    type: 'array',
    items: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    description: 'body or query, then names and indexes; for malformed JSON the offset of the character.',
  })
  readonly loc!: readonly (string | number)[];

  @ApiProperty({ type: String, description: 'What is wrong, for people.' })
  readonly msg!: string;

  @ApiProperty({ type: String, description: 'What is wrong, for programs.' })
  readonly type!: string;

  @AnyValue('What was found there, without passwords.')
  readonly input?: unknown;

  @ApiPropertyOptional({ type: Object, additionalProperties: true, description: 'More about it.' })
  readonly ctx?: object;
}

@ApiSchema({ description: 'Everything that is wrong with the form of a request.' })
class HTTPValidationError {
  @ApiPropertyOptional({ type: () => [ValidationError], description: 'One element for each fault.' })
  readonly detail?: readonly ValidationError[];
}

/** The messages in the OpenAPI document of this surface, under their documented names. Requests are models. */
export const SCAIKEY_MESSAGES: readonly Type[] = [
  listResponseOf(
    'SCIMListResponse',
    ['SCIMUser', 'SCIMGroup'],
    ScaikeyListResponse,
    'SCIM List response (RFC 7644 Section 3.4.2).',
  ),
  ScaikeyBulkResponse,
  ScaikeyError,
  HTTPValidationError,
];
