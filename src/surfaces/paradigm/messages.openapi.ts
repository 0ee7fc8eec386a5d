import { type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema, OmitType } from '@nestjs/swagger';
import { PATCH_OP_URN } from '../../protocol/patch/patch-message.js';
import {
  ERROR_URN,
  ErrorMessage,
  listResponseOf,
  MessageUrn,
  PatchOp,
  SearchRequest,
} from '../openapi/messages.openapi.js';
import { ref } from '../openapi/schema.openapi.js';

@ApiSchema({ name: 'SCIMErrorResponse', description: 'Why a request was refused (RFC 7644 §3.12).' })
class ParadigmError extends OmitType(ErrorMessage, ['status']) {
  @MessageUrn(ERROR_URN, { default: [ERROR_URN], required: false })
  override readonly schemas!: readonly string[];

  @ApiProperty({ type: 'integer', description: 'The HTTP status.' })
  readonly status!: number;
}

/** In this document nothing is required, and the body has the group's id where the path has none. */
@ApiSchema({
  name: 'PatchedSCIMGroupModifyRequest',
  description: 'Changes that are made together or not at all.',
})
class GroupModifyRequest extends PatchOp {
  @MessageUrn(PATCH_OP_URN, { default: [PATCH_OP_URN], required: false })
  override readonly schemas!: readonly string[];

  @ApiPropertyOptional({ type: String, description: 'The group to change, where the path names none.' })
  readonly id?: string;

  @ApiPropertyOptional({ type: 'array', items: ref('SCIMGroupModifyOperationRequest') })
  override readonly Operations!: PatchOp['Operations'];
}

@ApiSchema({ name: 'SCIMUserModifyRequest', description: 'Changes that are made together or not at all.' })
class UserModifyRequest extends PatchOp {}

@ApiSchema({ name: 'SCIMSearchRequest', description: 'A list, asked for in a body (RFC 7644 §3.4.3).' })
class ParadigmSearchRequest extends OmitType(SearchRequest, ['cursor']) {}

/** The messages in the OpenAPI document of this surface, under their documented names. */
export const PARADIGM_MESSAGES: readonly Type[] = [
  listResponseOf('SCIMGroupListResponse', ['SCIMGroup']),
  listResponseOf('SCIMUserListResponse', ['SCIMUser']),
  GroupModifyRequest,
  UserModifyRequest,
  ParadigmSearchRequest,
  ParadigmError,
];
