import { BUILT_IN_RESOURCE_TYPES } from '../../protocol/schema/resource-types.js';
import { resourceTypeToOpenApi, type SchemaObject } from '../openapi/schema.openapi.js';
import { type ResourceKind } from './prefixed-id.js';

const URNS = { type: 'array', items: { type: 'string' } } as const;
const OPERATORS = ['add', 'replace', 'remove'];

const idOf = (prefix: string, example: string): SchemaObject => ({
  type: 'string',
  readOnly: true,
  pattern: `^${prefix}-[0-9a-f]{16}$`,
  example,
});

const metaOf = (kind: ResourceKind): SchemaObject => ({
  type: 'object',
  readOnly: true,
  required: ['resourceType', 'location'],
  properties: {
    resourceType: { type: 'string', enum: [kind] },
    location: { type: 'string', description: 'Relative to the mount: the collection, a slash, the id.' },
  },
});

const listOf = (kind: ResourceKind): SchemaObject => ({
  type: 'object',
  required: ['Resources', 'itemsPerPage', 'schemas', 'startIndex', 'totalResults'],
  properties: {
    Resources: { type: 'array', items: { $ref: `#/components/schemas/${kind}` } },
    itemsPerPage: { type: 'integer', description: 'How many resources were asked for.' },
    schemas: URNS,
    startIndex: { type: 'integer' },
    totalResults: { type: 'integer', description: 'How many resources match, on all pages together.' },
  },
});

const patchOf = (operation: SchemaObject): SchemaObject => ({
  type: 'object',
  required: ['schemas', 'Operations'],
  properties: {
    schemas: { ...URNS, example: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] },
    Operations: { type: 'array', minItems: 1, items: operation },
  },
});

const MEMBERS: SchemaObject = { type: 'array', items: { $ref: '#/components/schemas/GroupMember' } };

const { properties: USER_PROPERTIES = {}, ...USER } = resourceTypeToOpenApi(BUILT_IN_RESOURCE_TYPES.user);
const { externalId: _unshown, ...SHOWN_PROPERTIES } = USER_PROPERTIES;

/** The component schemas that the operations of this surface refer to. */
export const STRONGDM_COMPONENTS: Readonly<Record<string, SchemaObject>> = {
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
      displayName: { type: 'string' },
      id: idOf('r', 'r-027230536171b51d'),
      members: MEMBERS,
      meta: metaOf('Group'),
    },
  },
  GroupListResponse: listOf('Group'),
  GroupPatchRequest: patchOf({
    type: 'object',
    required: ['op'],
    description:
      'add or replace with path members and an array; remove with path members[value eq "id"]; replace without a path and a value that holds displayName.',
    properties: {
      op: { type: 'string', enum: OPERATORS },
      path: { type: 'string' },
      value: { description: 'An array of members, or an object with displayName.' },
    },
  }),
  UserRequest: { ...USER, required: ['schemas', 'userName'], properties: USER_PROPERTIES },
  User: {
    ...USER,
    required: ['schemas', 'id', 'userName', 'displayName', 'emails', 'groups', 'userType', 'meta'],
    properties: { ...SHOWN_PROPERTIES, id: idOf('a', 'a-1377f104617182e1'), meta: metaOf('User') },
  },
  UserListResponse: listOf('User'),
  UserPatchRequest: patchOf({
    type: 'object',
    required: ['op', 'value'],
    properties: {
      op: { type: 'string', enum: ['replace'] },
      value: { type: 'object', description: 'The attributes that change, e.g. active.' },
    },
  }),
  Error: {
    type: 'object',
    required: ['schemas', 'detail', 'status'],
    properties: {
      schemas: { ...URNS, example: ['urn:ietf:params:scim:api:messages:2.0:Error'] },
      scimType: { type: 'string' },
      detail: { type: 'string' },
      status: { type: 'string', description: 'The HTTP status.' },
    },
  },
  Document: { type: 'object', description: 'A discovery document, or a ListResponse of them.' },
};
