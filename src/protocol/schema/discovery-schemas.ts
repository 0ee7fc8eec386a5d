import { attribute } from './define-attribute.js';
import { type AttributeDefinition, type SchemaDefinition } from './schema.js';

type Characteristics = Parameters<typeof attribute>[2];

/** Nobody can write what describes the server. */
const given = (name: string, description: string, rest: Characteristics = {}): AttributeDefinition =>
  attribute(name, description, { mutability: 'readOnly', ...rest });

const required = (name: string, description: string, rest: Characteristics = {}): AttributeDefinition =>
  given(name, description, { required: true, ...rest });

const keyword = (name: string, description: string, ...canonicalValues: string[]): AttributeDefinition =>
  required(name, description, { caseExact: true, canonicalValues });

const complex = (
  name: string,
  description: string,
  subAttributes: readonly AttributeDefinition[],
  rest: Characteristics = {},
): AttributeDefinition => required(name, description, { type: 'complex', subAttributes, ...rest });

const SUPPORTED = required(
  'supported',
  'A Boolean value specifying whether or not the operation is supported.',
  { type: 'boolean' },
);
const EXTERNAL = { type: 'reference', referenceTypes: ['external'] } as const;
const URI = { type: 'reference', referenceTypes: ['uri'] } as const;
const INTEGER = { type: 'integer' } as const;
const BOOLEAN = { type: 'boolean' } as const;

/**
 * RFC 7643 §5 and §8.7.2, with what that leaves out: `etag`, and `type` and `primary` of a scheme (errata, §2.4). RFC
 * 9865 §4 adds `pagination`.
 */
const SERVICE_PROVIDER_CONFIG: SchemaDefinition = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  name: 'Service Provider Configuration',
  description: "Schema for representing the service provider's configuration",
  attributes: [
    given(
      'documentationUri',
      "An HTTP-addressable URL pointing to the service provider's human-consumable help documentation.",
      EXTERNAL,
    ),
    complex('patch', 'A complex type that specifies PATCH configuration options.', [SUPPORTED]),
    complex('bulk', 'A complex type that specifies bulk configuration options.', [
      SUPPORTED,
      required('maxOperations', 'An integer value specifying the maximum number of operations.', INTEGER),
      required('maxPayloadSize', 'An integer value specifying the maximum payload size in bytes.', INTEGER),
    ]),
    complex('filter', 'A complex type that specifies FILTER options.', [
      SUPPORTED,
      required(
        'maxResults',
        'An integer value specifying the maximum number of resources returned in a response.',
        INTEGER,
      ),
    ]),
    complex(
      'changePassword',
      'A complex type that specifies configuration options related to changing a password.',
      [SUPPORTED],
    ),
    complex('sort', 'A complex type that specifies sort result options.', [SUPPORTED]),
    complex('etag', 'A complex type that specifies ETag configuration options.', [SUPPORTED]),
    complex(
      'pagination',
      'A complex type that specifies pagination configuration options.',
      [
        required('cursor', 'Whether cursor-based pagination is supported.', BOOLEAN),
        required('index', 'Whether index-based pagination is supported.', BOOLEAN),
        given('defaultPaginationMethod', 'The method of a request that names none.', {
          canonicalValues: ['cursor', 'index'],
        }),
        given('defaultPageSize', 'How many resources a page holds where no count is specified.', INTEGER),
        given('maxPageSize', 'The maximum number of resources on a page.', INTEGER),
        given('cursorTimeout', 'The minimum number of seconds for which a cursor is valid.', INTEGER),
      ],
      { required: false },
    ),
    complex(
      'authenticationSchemes',
      'A complex type that specifies supported authentication scheme properties.',
      [
        keyword(
          'type',
          'The authentication scheme.',
          'oauth',
          'oauth2',
          'oauthbearertoken',
          'httpbasic',
          'httpdigest',
        ),
        required('name', 'The common authentication scheme name, e.g., HTTP Basic.'),
        required('description', 'A description of the authentication scheme.'),
        given(
          'specUri',
          "An HTTP-addressable URL pointing to the authentication scheme's specification.",
          EXTERNAL,
        ),
        given(
          'documentationUri',
          "An HTTP-addressable URL pointing to the authentication scheme's usage documentation.",
          EXTERNAL,
        ),
        given('primary', 'Whether this is the preferred authentication scheme.', BOOLEAN),
      ],
      { multiValued: true },
    ),
  ],
};

/** RFC 7643 §6 and §8.7.2. */
const RESOURCE_TYPE: SchemaDefinition = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  name: 'ResourceType',
  description: 'Specifies the schema that describes a SCIM resource type',
  attributes: [
    given('id', "The resource type's server unique id. May be the same as the 'name' attribute."),
    required('name', 'The resource type name.'),
    given('description', "The resource type's human-readable description."),
    required(
      'endpoint',
      "The resource type's HTTP-addressable endpoint relative to the Base URL, e.g., '/Users'.",
      URI,
    ),
    required('schema', "The resource type's primary/base schema URI.", URI),
    complex(
      'schemaExtensions',
      "A list of URIs of the resource type's schema extensions.",
      [
        required('schema', 'The URI of a schema extension.', URI),
        required('required', 'Whether the schema extension is required for the resource type.', BOOLEAN),
      ],
      { required: false, multiValued: true },
    ),
  ],
};

/** The characteristics of an attribute; those of a sub-attribute are the same. */
const CHARACTERISTICS: readonly AttributeDefinition[] = [
  required('name', "The attribute's name.", { caseExact: true }),
  keyword(
    'type',
    "The attribute's data type.",
    ...['string', 'complex', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary'],
  ),
  required('multiValued', "A Boolean value indicating an attribute's plurality.", BOOLEAN),
  given('description', 'A human-readable description of the attribute.', { caseExact: true }),
  required('required', 'A Boolean value indicating whether or not the attribute is required.', BOOLEAN),
  given('canonicalValues', 'A collection of canonical values.', { multiValued: true, caseExact: true }),
  given('caseExact', 'Whether or not a string attribute is case sensitive.', BOOLEAN),
  keyword(
    'mutability',
    'Indicates whether or not an attribute is modifiable.',
    ...['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  ),
  keyword(
    'returned',
    'Indicates when an attribute is returned in a response (e.g., to a query).',
    ...['always', 'never', 'default', 'request'],
  ),
  given('uniqueness', 'Indicates how unique a value must be.', {
    caseExact: true,
    canonicalValues: ['none', 'server', 'global'],
  }),
  given('referenceTypes', 'The SCIM resource types that may be referenced.', {
    multiValued: true,
    caseExact: true,
  }),
];

/** RFC 7643 §7 and §8.7.2, with errata 5606 and 5607: the type `binary`, and several `referenceTypes`. */
const SCHEMA: SchemaDefinition = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  name: 'Schema',
  description: 'Specifies the schema that describes a SCIM schema',
  attributes: [
    required('id', 'The unique URI of the schema.'),
    given('name', "The schema's human-readable name."),
    given('description', "The schema's human-readable description."),
    complex(
      'attributes',
      'A complex attribute that includes the attributes of a schema.',
      [
        ...CHARACTERISTICS,
        given('subAttributes', 'Used to define the sub-attributes of a complex attribute.', {
          type: 'complex',
          multiValued: true,
          subAttributes: CHARACTERISTICS,
        }),
      ],
      { multiValued: true },
    ),
  ],
};

/**
 * The schemas of what describes the server. `/Schemas` lists what resources are made of, so that no client takes these
 * for types of resources; each of them is there by its URN.
 */
export const DISCOVERY_SCHEMAS: readonly SchemaDefinition[] = [
  SERVICE_PROVIDER_CONFIG,
  RESOURCE_TYPE,
  SCHEMA,
];
