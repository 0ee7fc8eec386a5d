import { ENTERPRISE_USER_SCHEMA, MANAGER } from '../../protocol/schema/enterprise-user.schema.js';
import { OUD_GROUP_SCHEMA } from '../../protocol/schema/oud-group.schema.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import {
  type AttributeDefinition,
  type ResourceType,
  type SchemaDefinition,
} from '../../protocol/schema/schema.js';
import {
  type ComponentSchemas,
  type Direction,
  extensionSchemasOf,
  resourceSchemaOf,
  type SchemaObject,
} from '../openapi/schema.openapi.js';

const OUD_USER = 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:User';

/** The document's names of extension objects; those of other extensions are the names of their schemas. */
const TITLES: Readonly<Record<string, string>> = {
  [ENTERPRISE_USER_SCHEMA.id]: 'Enterprise specific User Properties',
  [OUD_GROUP_SCHEMA.id]: 'Oracle specific Group Properties',
};

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

const PASSWORD: SchemaObject = {
  type: 'array',
  title: 'password',
  description: 'Read and never kept.',
  writeOnly: true,
  items: { type: 'object', properties: { value: { type: 'string' } } },
};

const ORACLE_USER: SchemaObject = {
  type: 'object',
  title: 'Oracle specific User Properties',
  description: 'Read and not kept.',
};

/** The schema of a user's attribute: always an array, of objects with `value` where the attribute is simple. */
function listed(
  { name, description, type, multiValued, mutability }: AttributeDefinition,
  own: SchemaObject,
): SchemaObject {
  if (multiValued) return { ...own, title: name };
  const readOnly = mutability === 'readOnly' ? { readOnly: true } : {};
  const items: SchemaObject =
    type === 'complex'
      ? { type: 'object', properties: own.properties ?? {} }
      : { type: 'object', properties: { value: { type: own.type ?? 'string' } } };
  return { type: 'array', title: name, description, ...readOnly, maxItems: 1, items };
}

/** The attributes that `own`, the object in RFC 7643's form, has. */
function listedAll(attributes: readonly AttributeDefinition[], own: SchemaObject = {}): ComponentSchemas {
  const properties = own.properties as ComponentSchemas | undefined;
  const entries = attributes.flatMap((attribute): [string, SchemaObject][] => {
    const property = properties?.[attribute.name];
    if (!property) return [];
    return [[attribute.name, attribute === MANAGER ? MANAGER_LISTED : listed(attribute, property)]];
  });
  return Object.fromEntries(entries);
}

/** `managerId` is this document's name for RFC 7643's `manager.value`. */
const MANAGER_LISTED: SchemaObject = {
  type: 'array',
  title: MANAGER.name,
  description: MANAGER.description,
  maxItems: 1,
  items: {
    type: 'object',
    properties: {
      managerId: { type: 'string' },
      $ref: { type: 'string', readOnly: true },
      displayName: { type: 'string', readOnly: true },
    },
  },
};

const coreUser = (type: ResourceType, direction: Direction, more: ComponentSchemas = {}): SchemaObject => ({
  type: 'object',
  title: 'Core User Properties',
  required: direction === 'request' ? ['name', 'userName'] : ['userName'],
  properties: { ...listedAll(type.schema.attributes, resourceSchemaOf(type, direction)), ...more },
});

function userExtensions(type: ResourceType, direction: Direction): ComponentSchemas {
  const own = extensionSchemasOf(type, direction);
  return extensionsOf(type, ({ id, attributes }) => listedAll(attributes, own[id]));
}

/** The schema of a group's attribute: a plain value. */
function groupExtensions(type: ResourceType, direction: Direction): ComponentSchemas {
  const own = extensionSchemasOf(type, direction);
  return extensionsOf(type, ({ id }) => {
    const properties = Object.entries(own[id]?.properties ?? {}) as [string, SchemaObject][];
    return Object.fromEntries(properties.map(([name, property]) => [name, { title: name, ...property }]));
  });
}

/** The objects of a type's extensions, by their URNs. */
function extensionsOf(
  { schemaExtensions }: ResourceType,
  propertiesOf: (schema: SchemaDefinition) => ComponentSchemas,
): ComponentSchemas {
  const objects = schemaExtensions.map(({ schema }): [string, SchemaObject] => [
    schema.id,
    { type: 'object', title: TITLES[schema.id] ?? schema.name, properties: { ...propertiesOf(schema) } },
  ]);
  return Object.fromEntries(objects);
}

const urnsOf = ({ schema, schemaExtensions }: ResourceType): string[] => [
  schema.id,
  ...schemaExtensions.map((extension) => extension.schema.id),
];

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

const entryOf = (type: ResourceType, parts: ComponentSchemas): SchemaObject => ({
  type: 'object',
  required: ['schemas', 'id', 'meta'],
  properties: {
    schemas: { type: 'string', enum: urnsOf(type), description: 'URN of the core schema.' },
    id: { type: 'string', readOnly: true, description: 'Names the entry in paths.' },
    meta: META,
    ...parts,
  },
});

/** The component schemas that the operations of this surface refer to beside messages, under their documented names. */
export const oudComponents = ({ user, group }: SchemaRegistry): ComponentSchemas => ({
  POSTANDPUTRequestForGROUP: {
    type: 'object',
    required: ['schemas', group.schema.id],
    properties: {
      schemas: schemasOf(urnsOf(group)),
      [group.schema.id]: coreGroup(MEMBER_IN),
      ...groupExtensions(group, 'request'),
    },
  },
  GroupSearchResultEntry: entryOf(group, {
    [group.schema.id]: coreGroup(MEMBER_OUT),
    ...groupExtensions(group, 'answer'),
  }),
  POSTANDPUTRequest: {
    type: 'object',
    required: ['schemas', user.schema.id],
    properties: {
      schemas: schemasOf([...urnsOf(user), OUD_USER]),
      [user.schema.id]: coreUser(user, 'request', { password: PASSWORD }),
      ...userExtensions(user, 'request'),
      [OUD_USER]: ORACLE_USER,
    },
  },
  SearchResultEntry: entryOf(user, {
    [user.schema.id]: coreUser(user, 'answer'),
    ...userExtensions(user, 'answer'),
  }),
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
});
