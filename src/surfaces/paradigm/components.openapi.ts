import { GROUP_SCHEMA } from '../../protocol/schema/group.schema.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type SecuritySchemes } from '../http/surface.js';
import {
  type ComponentSchemas,
  extensionSchemasOf,
  ref,
  resourceSchemaOf,
  type SchemaObject,
} from '../openapi/schema.openapi.js';

const URNS: SchemaObject = { type: 'array', items: { type: 'string' }, default: [GROUP_SCHEMA.id] };

/**
 * The components that the operations of this surface refer to beside messages, under their documented names. The
 * document requires all of a group in the answers to its creation and change; answers that `attributes` may reduce
 * are a SCIMGroup.
 */
export const paradigmComponents = ({ user, group }: SchemaRegistry): ComponentSchemas => ({
  SCIMGroupCreateResponse: {
    type: 'object',
    properties: {
      schemas: URNS,
      id: { type: 'string', readOnly: true },
      externalId: { type: 'string', readOnly: true, description: 'Empty where nobody has set it.' },
      meta: { allOf: [ref('SCIMGroupCreateMetaResponse')], readOnly: true },
      displayName: { type: 'string' },
      members: { type: 'array', items: ref('SCIMGroupMemberResponse') },
      ...extensionSchemasOf(group, 'answer'),
    },
    required: ['displayName', 'externalId', 'id', 'members', 'meta'],
  },
  SCIMGroupCreateMetaResponse: {
    type: 'object',
    properties: {
      resourceType: { type: 'string', default: 'Group' },
      created: { type: 'string', format: 'date-time' },
      lastModified: { type: 'string', format: 'date-time' },
      location: { type: 'string', format: 'uri' },
      version: { type: 'string', description: 'The entity tag of this version.' },
    },
    required: ['created', 'lastModified'],
  },
  SCIMGroupMemberResponse: {
    type: 'object',
    properties: {
      value: { type: 'string' },
      display: { type: 'string', description: 'The present display name of the member.' },
      type: { type: 'string', enum: ['User', 'Group'] },
      $ref: { type: 'string', format: 'uri' },
    },
    required: ['display', 'value'],
  },
  SCIMGroupModifyOperationRequest: {
    type: 'object',
    properties: {
      op: ref('OpEnum'),
      path: { type: 'string' },
      value: {
        type: 'string',
        description:
          'For members: one id, or the JSON text of an array or object. In JSON any value that fits the path is read.',
      },
    },
    required: ['op', 'path', 'value'],
  },
  OpEnum: {
    enum: ['add', 'remove', 'replace'],
    type: 'string',
    description: '* `add` - add\n* `remove` - remove\n* `replace` - replace',
  },
  SCIMGroupCreateRequest: {
    type: 'object',
    properties: {
      schemas: URNS,
      displayName: { type: 'string', minLength: 1 },
      externalId: { type: 'string' },
      members: {
        type: 'array',
        items: { type: 'object', properties: { value: { type: 'string' } }, required: ['value'] },
      },
      ...extensionSchemasOf(group, 'request'),
    },
    required: ['displayName'],
  },
  SCIMGroup: resourceSchemaOf(group, 'answer'),
  SCIMUser: resourceSchemaOf(user, 'answer'),
  SCIMUserRequest: resourceSchemaOf(user, 'request'),
  SCIMDocument: { type: 'object', description: 'A discovery document, or a ListResponse of them.' },
});

export const PARADIGM_SECURITY: SecuritySchemes = {
  bearerAuth: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token made by: rollcall token issue',
  },
};
