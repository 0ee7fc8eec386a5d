import { type Type } from '@nestjs/common';
import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import {
  BulkRequest,
  BulkResponse,
  ErrorMessage,
  ListResponse,
  listResponseOf,
  PatchOp,
  SearchRequest,
} from '../openapi/messages.openapi.js';
import { type ComponentSchemas, resourceSchemaOf } from '../openapi/schema.openapi.js';

/** A list whose pages may be named by cursors (RFC 9865). */
class CursorListResponse extends OmitType(ListResponse, ['startIndex']) {
  @ApiPropertyOptional({ type: 'integer', description: 'Absent where the list is paged by cursor.' })
  readonly startIndex?: number;

  @ApiPropertyOptional({ type: String, description: 'Leads to the page before (RFC 9865).' })
  readonly previousCursor?: string;

  @ApiPropertyOptional({ type: String, description: 'Leads to the next page; absent on the last one.' })
  readonly nextCursor?: string;
}

/** The messages that the operations of this surface refer to. */
export const STANDARD_MESSAGES: readonly Type[] = [
  listResponseOf('UserListResponse', ['User'], CursorListResponse),
  listResponseOf('GroupListResponse', ['Group'], CursorListResponse),
  listResponseOf('ResourceListResponse', ['User', 'Group'], CursorListResponse),
  SearchRequest,
  PatchOp,
  BulkRequest,
  BulkResponse,
  ErrorMessage,
];

/** The other components that they refer to. */
export const standardComponents = ({ user, group }: SchemaRegistry): ComponentSchemas => ({
  User: resourceSchemaOf(user, 'answer'),
  Group: resourceSchemaOf(group, 'answer'),
  UserRequest: resourceSchemaOf(user, 'request'),
  GroupRequest: resourceSchemaOf(group, 'request'),
  Document: { type: 'object', description: 'A discovery document, or a ListResponse of them.' },
});
