import { type Type } from '@nestjs/common';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { ErrorMessage, listResponseOf, PatchOp } from '../openapi/messages.openapi.js';
import {
  type ComponentSchemas,
  ref,
  resourceSchemaOf,
  type SchemaObject,
} from '../openapi/schema.openapi.js';
import { type ResourceKind } from './prefixed-id.js';

const URNS: SchemaObject = { type: 'array', items: { type: 'string' } };
const MEMBERS: SchemaObject = { type: 'array', items: ref('GroupMember') };

@ApiSchema({
  description:
    'Operations of four forms: add or replace with path members and an array; remove with path members[value eq "id"]; ' +
    'replace without a path and a value that holds displayName.',
})
class GroupPatchRequest extends PatchOp {}

@ApiSchema({ description: 'A change of some attributes.' })
class UserPatchOperation {
  @ApiProperty({ enum: ['replace'], description: 'No other operation is taken.' })
  readonly op!: string;

  @ApiProperty({ type: Object, description: 'The attributes that change, such as active.' })
  readonly value!: object;
}

@ApiSchema({ description: 'Changes that are made together or not at all, in their order.' })
class UserPatchRequest extends PatchOp {
  @ApiProperty({ type: () => [UserPatchOperation] })
  override readonly Operations!: readonly UserPatchOperation[];
}

/** The messages in the OpenAPI document of this surface. */
export const STRONGDM_MESSAGES: readonly Type[] = [
  listResponseOf('GroupListResponse', ['Group']),
  listResponseOf('UserListResponse', ['User']),
  GroupPatchRequest,
  UserPatchRequest,
  ErrorMessage,
];

/** The other components. A group is as documented, without attributes that a deployment adds. */
export const strongdmComponents = ({ user }: SchemaRegistry): ComponentSchemas => ({
  GroupMember: {
    type: 'object',
    required: ['value'],
    properties: {
      value: {
        type: 'string',
        pattern: '^[ar]-[0-9a-f]{1,16}$',
        description: 'Id of a user (a-…) or of a group (r-…).',
      },
      display: { type: 'string', description: 'How the member is called; only its creation echoes it.' },
    },
  },
  GroupRequest: {
    type: 'object',
    required: ['displayName', 'members', 'schemas'],
    properties: {
      displayName: { type: 'string', minLength: 1, description: 'Display name of the role.' },
      members: MEMBERS,
      schemas: URNS,
    },
  },
  Group: {
    type: 'object',
    required: ['schemas', 'displayName', 'id', 'members', 'meta'],
    properties: {
      schemas: URNS,
      displayName: { type: 'string', description: 'Display name of the role.' },
      id: idOf('r'),
      members: MEMBERS,
      meta: metaOf('Group'),
    },
  },
  UserRequest: resourceSchemaOf(user, 'request'),
  User: userOf(resourceSchemaOf(user, 'answer')),
  Document: { type: 'object', description: 'A discovery document, or a ListResponse of them.' },
});

/** Without `externalId`. What is not stored is derived: names from their parts, the address from `userName`. */
function userOf({
  properties: { externalId: _unshown, ...properties } = {},
  ...user
}: SchemaObject): SchemaObject {
  return {
    ...user,
    required: ['schemas', 'id', 'userName', 'displayName', 'emails', 'groups', 'userType', 'meta'],
    properties: { ...properties, id: idOf('a'), meta: metaOf('User') },
  };
}

function idOf(prefix: string): SchemaObject {
  return { type: 'string', readOnly: true, pattern: `^${prefix}-[0-9a-f]{16}$` };
}

function metaOf(kind: ResourceKind): SchemaObject {
  return {
    type: 'object',
    readOnly: true,
    required: ['resourceType', 'location'],
    properties: {
      resourceType: { type: 'string', enum: [kind] },
      location: { type: 'string', description: 'Relative to the mount: the collection, a slash, the id.' },
    },
  };
}
