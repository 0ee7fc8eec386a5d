import { type AttributeDefinition } from './schema.js';

const simple = (
  name: string,
  description: string,
  rest: Partial<AttributeDefinition> = {},
): AttributeDefinition => ({
  name,
  type: 'string',
  multiValued: false,
  description,
  required: false,
  caseExact: true,
  mutability: 'readOnly',
  returned: 'default',
  uniqueness: 'none',
  ...rest,
});

/** Attributes of every resource (RFC 7643 §3.1); they stand in no schema and are not listed under `/Schemas`. */
export const COMMON_ATTRIBUTES: readonly AttributeDefinition[] = [
  simple('schemas', 'URIs of the schemas that define the attributes present.', {
    type: 'reference',
    multiValued: true,
    required: true,
    mutability: 'readWrite',
    returned: 'always',
    referenceTypes: ['uri'],
  }),
  simple('id', 'Identifier of the resource, issued by this server.', {
    returned: 'always',
    uniqueness: 'server',
  }),
  simple('externalId', "The provisioning client's identifier of the resource.", { mutability: 'readWrite' }),
  simple('meta', 'Metadata of the resource.', {
    type: 'complex',
    subAttributes: [
      simple('resourceType', 'Name of the resource type.'),
      simple('created', 'When the resource was added.', { type: 'dateTime' }),
      simple('lastModified', 'When the resource was last changed.', { type: 'dateTime' }),
      simple('location', 'URI of the resource.', {
        type: 'reference',
        referenceTypes: ['User', 'Group'],
      }),
      simple('version', 'Version of the resource, equal to its ETag.'),
    ],
  }),
];
