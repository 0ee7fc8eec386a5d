import { type AttributeDefinition } from './schema.js';

const common = (
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

/**
 * The attributes that every resource has. RFC 7643 §3 requires `schemas` of each representation. §3.1 counts the
 * others as part of every core schema without listing them there, so `/Schemas` does not show them.
 */
export const COMMON_ATTRIBUTES: readonly AttributeDefinition[] = [
  common('schemas', 'URIs of the schemas that define the attributes present.', {
    type: 'reference',
    multiValued: true,
    required: true,
    mutability: 'readWrite',
    returned: 'always',
    referenceTypes: ['uri'],
  }),
  common('id', 'Identifier of the resource, issued by this server.', {
    returned: 'always',
    uniqueness: 'server',
  }),
  common('externalId', "The provisioning client's identifier of the resource.", { mutability: 'readWrite' }),
  common('meta', 'Metadata of the resource.', {
    type: 'complex',
    subAttributes: [
      common('resourceType', 'Name of the resource type.'),
      common('created', 'When the resource was added.', { type: 'dateTime' }),
      common('lastModified', 'When the resource was last changed.', { type: 'dateTime' }),
      common('location', 'URI of the resource.', {
        type: 'reference',
        referenceTypes: ['User', 'Group'],
      }),
      common('version', 'Version of the resource, equal to its ETag.'),
    ],
  }),
];
