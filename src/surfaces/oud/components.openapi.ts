import { BUILT_IN_RESOURCE_TYPES } from '../../protocol/schema/resource-types.js';
import { type AttributeDefinition } from '../../protocol/schema/schema.js';
import { resourceTypeToOpenApi, type SchemaObject } from '../openapi/schema.openapi.js';

const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const OUD_GROUP = 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const OUD_USER = 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:User';

const GROUP_URNS = [GROUP, OUD_GROUP];
const USER_URNS = [USER, OUD_USER, ENTERPRISE];

export const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

const MEMBER_IN: SchemaObject = {
  description: 'The id of a user or group, as a string or in an object.',
  oneOf: [
    { type: 'string' },
    { type: 'object', required: ['value'], properties: { value: { type: 'string' } } },
  ],
};

const MEMBER_OUT: SchemaObject = {
  type: 'object',
  required: ['value', 'display'],
  properties: {
    value: { type: 'string', description: 'Id of the user or group.' },
    display: { type: 'string', description: 'Its present name.' },
  },
};

const coreGroup = (member: SchemaObject): SchemaObject => ({
  type: 'object',
  title: 'Core Group Properties',
  required: ['displayName', 'members'],
  properties: {
    displayName: { type: 'string', description: 'Name of the group.' },
    members: { type: 'array', title: 'members', description: 'Members of the group.', items: member },
  },
});

const texts = (title: string, description: string): SchemaObject => ({
  type: 'array',
  title,
  description,
  items: { type: 'string' },
});

const ORACLE_GROUP: SchemaObject = {
  type: 'object',
  title: 'Oracle specific Group Properties',
  properties: {
    businessCategory: texts('businessCategory', 'Business categories of the group.'),
    description: texts('description', 'Descriptions of the group.'),
    o: texts('o', 'Organizations that the group is part of.'),
    objectClass: texts('objectClass', 'Object classes of the entry.'),
    ou: texts('ou', 'Organizational units that the group is part of.'),
    owner: texts('owner', 'Owners of the group.'),
  },
};

/** An attribute of a user: always an array, of objects with `value` where it is simple. */
function listed({ name, description, type, multiValued, mutability }: AttributeDefinition): SchemaObject {
  const core = resourceTypeToOpenApi(BUILT_IN_RESOURCE_TYPES.user).properties ?? {};
  const own = core[name] as SchemaObject | undefined;
  const readOnly = mutability === 'readOnly' ? { readOnly: true } : {};
  if (multiValued && own) return { ...own, title: name };
  const items: SchemaObject =
    type === 'complex'
      ? { type: 'object', properties: own?.properties ?? {} }
      : { type: 'object', properties: { value: { type: type === 'boolean' ? 'boolean' : 'string' } } };
  return { type: 'array', title: name, description, ...readOnly, maxItems: 1, items };
}

const PASSWORD: SchemaObject = {
  type: 'array',
  title: 'password',
  description: 'Read and never kept.',
  writeOnly: true,
  items: { type: 'object', properties: { value: { type: 'string' } } },
};

const listedAll = (attributes: readonly AttributeDefinition[]): Record<string, SchemaObject> =>
  Object.fromEntries(attributes.map((attribute) => [attribute.name, listed(attribute)]));

const coreUser = (required: string[], more: Record<string, SchemaObject>): SchemaObject => ({
  type: 'object',
  title: 'Core User Properties',
  required,
  properties: { ...listedAll(BUILT_IN_RESOURCE_TYPES.user.schema.attributes), ...more },
});

const ENTERPRISE_USER: SchemaObject = {
  type: 'object',
  title: 'Enterprise specific User Properties',
  properties: {
    ...listedAll(BUILT_IN_RESOURCE_TYPES.user.schemaExtensions[0]?.schema.attributes ?? []),
    manager: {
      type: 'array',
      title: 'manager',
      description: "The user's manager.",
      maxItems: 1,
      items: {
        type: 'object',
        properties: {
          managerId: { type: 'string' },
          $ref: { type: 'string', readOnly: true },
          displayName: { type: 'string', readOnly: true },
        },
      },
    },
  },
};

const ORACLE_USER: SchemaObject = {
  type: 'object',
  title: 'Oracle specific User Properties',
  description: 'Read and not kept.',
};

const schemasOf = (urns: string[]): SchemaObject => ({
  type: 'array',
  title: 'schemas',
  description: 'URNs of the schemas that the body has attributes of.',
  items: { type: 'string', enum: urns },
});

const META: SchemaObject = {
  type: 'object',
  readOnly: true,
  required: ['location', 'resourceType'],
  properties: { location: { type: 'string', format: 'uri' }, resourceType: { type: 'string' } },
};

const entryOf = (urns: string[], parts: Record<string, SchemaObject>): SchemaObject => ({
  type: 'object',
  required: ['schemas', 'id', 'meta'],
  properties: {
    schemas: { type: 'string', enum: urns, description: 'URN of the core schema.' },
    id: { type: 'string', readOnly: true, description: 'Names the entry in paths.' },
    meta: META,
    ...parts,
  },
});

const wrapperOf = (entry: string): SchemaObject => ({
  type: 'object',
  required: ['Resources', 'schemas', 'totalResults'],
  properties: {
    Resources: { type: 'array', description: 'The entries.', items: ref(entry) },
    schemas: { type: 'string', default: LIST_RESPONSE, description: 'URN of the message.' },
    totalResults: { type: 'integer', format: 'int32', description: 'How many entries there are.' },
  },
});

/** The component schemas that the operations of this surface refer to, under their documented names. */
export const OUD_COMPONENTS: Readonly<Record<string, SchemaObject>> = {
  POSTANDPUTRequestForGROUP: {
    type: 'object',
    required: ['schemas', GROUP],
    properties: { schemas: schemasOf(GROUP_URNS), [GROUP]: coreGroup(MEMBER_IN), [OUD_GROUP]: ORACLE_GROUP },
  },
  GroupSearchResultEntry: entryOf(GROUP_URNS, {
    [GROUP]: coreGroup(MEMBER_OUT),
    [OUD_GROUP]: ORACLE_GROUP,
  }),
  GroupSuccessResponse: wrapperOf('GroupSearchResultEntry'),
  POSTANDPUTRequest: {
    type: 'object',
    required: ['schemas', USER],
    properties: {
      schemas: schemasOf(USER_URNS),
      [USER]: coreUser(['name', 'userName'], { password: PASSWORD }),
      [ENTERPRISE]: ENTERPRISE_USER,
      [OUD_USER]: ORACLE_USER,
    },
  },
  SearchResultEntry: entryOf(USER_URNS, {
    [USER]: coreUser(['userName'], {}),
    [ENTERPRISE]: ENTERPRISE_USER,
  }),
  SuccessResponse: wrapperOf('SearchResultEntry'),
  PatchRequest: {
    type: 'object',
    required: ['Operations', 'schemas'],
    properties: {
      Operations: { type: 'array', description: 'Changes, made in order.', items: ref('PatchOperation') },
      schemas: { type: 'array', items: { type: 'string' }, default: [PATCH_OP] },
    },
  },
  PatchOperation: {
    type: 'object',
    required: ['op', 'path', 'value'],
    properties: {
      op: { type: 'string', enum: ['add', 'delete', 'replace'], description: 'What is done.' },
      path: { type: 'string', description: 'The attribute, with or without the URN of its schema.' },
      value: { type: 'array', description: 'The values; delete may leave it out.', items: {} },
    },
  },
  SchemaSearchResultEntry: {
    type: 'object',
    required: ['attributes', 'description', 'id', 'meta', 'name', 'schemas'],
    properties: {
      attributes: { type: 'array', items: { type: 'object' } },
      description: { type: 'string' },
      id: { type: 'string' },
      meta: { type: 'object' },
      name: { type: 'string' },
      schemas: {
        type: 'array',
        items: { type: 'string' },
        default: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      },
    },
  },
  SchemaSuccessResponse: wrapperOf('SchemaSearchResultEntry'),
  ResourceTypeSearchResultEntry: {
    type: 'object',
    required: ['schemas', 'id', 'name', 'endpoint', 'schema', 'meta'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' } },
      id: { type: 'string' },
      name: { type: 'string' },
      description: { type: 'string' },
      endpoint: { type: 'string' },
      schema: { type: 'string' },
      schemaExtensions: { type: 'array', items: { type: 'object' } },
      meta: { type: 'object' },
    },
  },
  ResourceTypeSuccessResponse: wrapperOf('ResourceTypeSearchResultEntry'),
  ErrorResponse: {
    type: 'object',
    required: ['detail', 'schemas', 'status'],
    properties: {
      detail: { type: 'string', description: 'What was wrong, where, and what would be right.' },
      schemas: { type: 'string', default: ERROR, description: 'URN of the message.' },
      status: { type: 'integer', format: 'int32', description: 'The HTTP status.' },
    },
  },
};
