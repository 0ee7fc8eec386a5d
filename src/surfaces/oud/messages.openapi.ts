import { type Type } from '@nestjs/common';
import { ApiProperty, ApiSchema, OmitType, PickType } from '@nestjs/swagger';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import { PATCH_OP_URN } from '../../protocol/patch/patch-message.js';
import {
  ERROR_URN,
  ErrorMessage,
  ListResponse,
  listResponseOf,
  MessageUrn,
  PatchOp,
  PatchOperation,
} from '../openapi/messages.openapi.js';

/** In answers of this document `schemas` is a string. */
const Urn = (urn: string): PropertyDecorator =>
  ApiProperty({ type: String, default: urn, description: 'URN of the message.' });

/** The wrapper of every answer with entries, also of a single one. */
class Wrapper extends PickType(ListResponse, ['Resources']) {
  @Urn(LIST_RESPONSE_SCHEMA)
  readonly schemas!: string;

  @ApiProperty({ type: 'integer', format: 'int32', description: 'How many entries there are.' })
  readonly totalResults!: number;
}

@ApiSchema({ name: 'PatchOperation', description: 'One change of an entry.' })
class OudPatchOperation extends OmitType(PatchOperation, ['value']) {
  @ApiProperty({ enum: ['add', 'delete', 'replace'], description: 'What is done.' })
  override readonly op!: string;

  @ApiProperty({ required: true, description: 'The attribute, with or without the URN of its schema.' })
  override readonly path!: string;

  @ApiProperty({ type: 'array', items: {}, description: 'The values; delete may leave it out.' })
  readonly value!: readonly unknown[];
}

@ApiSchema({ name: 'PatchRequest', description: 'Changes that are made together or not at all.' })
class OudPatchOp extends PatchOp {
  @MessageUrn(PATCH_OP_URN, { default: [PATCH_OP_URN] })
  override readonly schemas!: readonly string[];

  @ApiProperty({ type: () => [OudPatchOperation] })
  override readonly Operations!: readonly OudPatchOperation[];
}

@ApiSchema({ name: 'ErrorResponse', description: 'Why a request was refused.' })
class OudError extends PickType(ErrorMessage, ['detail']) {
  @Urn(ERROR_URN)
  readonly schemas!: string;

  @ApiProperty({ type: 'integer', format: 'int32', description: 'The HTTP status.' })
  readonly status!: number;
}

/** The messages in the OpenAPI document of this surface, under their documented names. */
export const OUD_MESSAGES: readonly Type[] = [
  listResponseOf('GroupSuccessResponse', ['GroupSearchResultEntry'], Wrapper),
  listResponseOf('SuccessResponse', ['SearchResultEntry'], Wrapper),
  listResponseOf('SchemaSuccessResponse', ['SchemaSearchResultEntry'], Wrapper),
  listResponseOf('ResourceTypeSuccessResponse', ['ResourceTypeSearchResultEntry'], Wrapper),
  OudPatchOp,
  OudError,
];
