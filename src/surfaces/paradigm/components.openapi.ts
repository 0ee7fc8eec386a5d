import { BUILT_IN_RESOURCE_TYPES } from '../../protocol/schema/resource-types.js';
import { PATCH_OP_URN } from '../../protocol/patch/patch-message.js';
import { SEARCH_REQUEST_SCHEMA } from '../../protocol/message/search-request.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import { type SecuritySchemes } from '../http/surface.js';
import { resourceTypeToOpenApi, type SchemaObject } from '../openapi/schema.openapi.js';

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

export const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

const urns = (defaults: string[]): SchemaObject => ({
  type: 'array',
  items: { type: 'string' },
  default: defaults,
});

/** Schemas of the document, under their documented names; what it does not say is an optional property more. */
const DOCUMENTED: Readonly<Record<string, SchemaObject>> = {
  SCIMGroupCreateResponse: {
    type: 'object',
    properties: {
      schemas: urns([BUILT_IN_RESOURCE_TYPES.group.schema.id]),
      id: { type: 'string', readOnly: true },
      externalId: { type: 'string', readOnly: true, description: 'Empty where nobody has set it.' },
      meta: { allOf: [ref('SCIMGroupCreateMetaResponse')], readOnly: true },
      displayName: { type: 'string' },
      members: { type: 'array', items: ref('SCIMGroupMemberResponse') },
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
  SCIMErrorResponse: {
    type: 'object',
    properties: {
      schemas: urns([ERROR_SCHEMA]),
      detail: { type: 'string' },
      status: { type: 'integer' },
      scimType: { type: 'string', description: 'Keyword of RFC 7644 table 9, where one fits.' },
    },
    required: ['detail', 'status'],
  },
  PatchedSCIMGroupModifyRequest: {
    type: 'object',
    properties: {
      schemas: urns([PATCH_OP_URN]),
      Operations: { type: 'array', items: ref('SCIMGroupModifyOperationRequest') },
      id: { type: 'string', description: 'The group to change, where the path names none.' },
    },
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
};

/** The component schemas that the operations of this surface refer to. */
export const PARADIGM_COMPONENTS: Readonly<Record<string, SchemaObject>> = {
  ...DOCUMENTED,
  SCIMGroupCreateRequest: {
    type: 'object',
    properties: {
      schemas: urns([BUILT_IN_RESOURCE_TYPES.group.schema.id]),
      displayName: { type: 'string', minLength: 1 },
      externalId: { type: 'string' },
      members: {
        type: 'array',
        items: { type: 'object', properties: { value: { type: 'string' } }, required: ['value'] },
      },
    },
    required: ['displayName'],
  },
  SCIMUser: resourceTypeToOpenApi(BUILT_IN_RESOURCE_TYPES.user),
  SCIMGroupListResponse: listResponseOf('SCIMGroupCreateResponse'),
  SCIMUserListResponse: listResponseOf('SCIMUser'),
  SCIMUserModifyRequest: {
    type: 'object',
    properties: {
      schemas: urns([PATCH_OP_URN]),
      Operations: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: {
            op: ref('OpEnum'),
            path: { type: 'string' },
            value: { description: 'Any JSON value that fits the path.' },
          },
          required: ['op'],
        },
      },
    },
    required: ['schemas', 'Operations'],
  },
  SCIMSearchRequest: {
    type: 'object',
    description: 'A list, asked for in a body (RFC 7644 §3.4.3).',
    properties: {
      schemas: urns([SEARCH_REQUEST_SCHEMA]),
      filter: { type: 'string' },
      startIndex: { type: 'integer', minimum: 1, default: 1 },
      count: { type: 'integer', minimum: 0 },
      sortBy: { type: 'string' },
      sortOrder: { type: 'string', enum: ['ascending', 'descending'] },
      attributes: { type: 'array', items: { type: 'string' } },
      excludedAttributes: { type: 'array', items: { type: 'string' } },
    },
    required: ['schemas'],
  },
  SCIMDocument: { type: 'object', description: 'A discovery document, or a ListResponse of them.' },
};

export const PARADIGM_SECURITY: SecuritySchemes = {
  bearerAuth: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token made by: rollcall token issue',
  },
};

function listResponseOf(name: string): SchemaObject {
  return {
    type: 'object',
    properties: {
      schemas: urns([LIST_RESPONSE_SCHEMA]),
      totalResults: { type: 'integer', description: 'How many resources match, on all pages together.' },
      startIndex: { type: 'integer' },
      itemsPerPage: { type: 'integer', description: 'How many resources this page holds.' },
      Resources: { type: 'array', items: ref(name) },
    },
    required: ['schemas', 'totalResults', 'startIndex', 'itemsPerPage', 'Resources'],
  };
}
