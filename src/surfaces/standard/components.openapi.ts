import { BULK_REQUEST_URN, BULK_RESPONSE_URN } from '../../protocol/message/bulk-request.js';
import { SEARCH_REQUEST_SCHEMA } from '../../protocol/message/search-request.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../protocol/schema/resource-types.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { resourceTypeToOpenApi, type SchemaObject } from '../openapi/schema.openapi.js';

export type TypeName = 'User' | 'Group';

export const PAGE_SIZES = { default: 100, maximum: 1000 };
export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** A resource as a client sends it: with what it has to have, where an answer may be reduced to some attributes. */
export const requestOf = (name: TypeName): SchemaObject => ({
  allOf: [ref(name)],
  required: resourceTypeToOpenApi(TYPES[name]).required ?? [],
});

const TYPES: Readonly<Record<TypeName, ResourceType>> = {
  User: BUILT_IN_RESOURCE_TYPES.user,
  Group: BUILT_IN_RESOURCE_TYPES.group,
};

/** The component schemas that the operations of this surface refer to. */
export const STANDARD_COMPONENTS: Readonly<Record<string, SchemaObject>> = {
  User: representationOf('User'),
  Group: representationOf('Group'),
  UserListResponse: listResponseOf('User'),
  GroupListResponse: listResponseOf('Group'),
  ResourceListResponse: listResponseOf('User', 'Group'),
  SearchRequest: {
    type: 'object',
    description: 'The parameters of a list in a body (RFC 7644 §3.4.3).',
    required: ['schemas'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' }, example: [SEARCH_REQUEST_SCHEMA] },
      filter: { type: 'string' },
      startIndex: { type: 'integer', default: 1 },
      count: { type: 'integer', default: PAGE_SIZES.default, maximum: PAGE_SIZES.maximum },
      cursor: { type: 'string' },
      sortBy: { type: 'string' },
      sortOrder: { type: 'string', enum: ['ascending', 'descending'] },
      attributes: { type: 'array', items: { type: 'string' } },
      excludedAttributes: { type: 'array', items: { type: 'string' } },
    },
  },
  PatchOp: {
    type: 'object',
    description: 'Changes that are made together or not at all, in their order (RFC 7644 §3.5.2).',
    required: ['schemas', 'Operations'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' }, example: [PATCH_SCHEMA] },
      Operations: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['op'],
          properties: {
            op: { type: 'string', enum: ['add', 'remove', 'replace'] },
            path: { type: 'string', description: 'Attribute, sub-attribute or values chosen by a filter.' },
            value: { description: 'Any JSON value that fits the path.' },
          },
        },
      },
    },
  },
  Error: {
    type: 'object',
    description: 'What was wrong, where, and what would be right (RFC 7644 §3.12).',
    required: ['schemas', 'status'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' } },
      status: { type: 'string', pattern: '^[45]\\d\\d$', description: 'The HTTP status.' },
      scimType: {
        type: 'string',
        enum: [
          'invalidFilter',
          'tooMany',
          'uniqueness',
          'mutability',
          'invalidSyntax',
          'invalidPath',
          'noTarget',
          'invalidValue',
          'invalidCursor',
          'expiredCursor',
          'invalidCount',
        ],
        description: 'Keyword of RFC 7644 table 9 or of RFC 9865 §2.1.',
      },
      detail: { type: 'string' },
    },
  },
  BulkRequest: {
    type: 'object',
    description: 'Operations that are carried out one by one (RFC 7644 §3.7).',
    required: ['schemas', 'Operations'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' }, example: [BULK_REQUEST_URN] },
      failOnErrors: {
        type: 'integer',
        minimum: 1,
        description: 'After so many errors no further operation is carried out; without it all are tried.',
      },
      Operations: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['method', 'path'],
          properties: {
            method: { type: 'string', enum: ['POST', 'PUT', 'PATCH', 'DELETE'] },
            path: {
              type: 'string',
              description: '/Users or /Groups, with the id of a resource but for POST.',
            },
            bulkId: { type: 'string', description: 'Names what a POST creates; bulkId:… refers to it.' },
            version: { type: 'string', description: 'As If-Match.' },
            data: { type: 'object', description: 'The body that the single request would have.' },
          },
        },
      },
    },
  },
  BulkResponse: {
    type: 'object',
    description: 'What became of each operation, in the order of the request.',
    required: ['schemas', 'Operations'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' }, example: [BULK_RESPONSE_URN] },
      Operations: {
        type: 'array',
        items: {
          type: 'object',
          required: ['method', 'status'],
          properties: {
            method: { type: 'string' },
            bulkId: { type: 'string' },
            location: { type: 'string', format: 'uri' },
            version: { type: 'string' },
            status: { type: 'string', description: 'The HTTP status of the single request.' },
            response: ref('Error'),
          },
        },
      },
    },
  },
  Document: { type: 'object', description: 'A discovery document, or a ListResponse of them.' },
};

/** Only what no projection takes away is in every answer (RFC 7644 §3.9). */
function representationOf(name: TypeName): SchemaObject {
  return { ...resourceTypeToOpenApi(TYPES[name]), required: ['schemas', 'id'] };
}

function listResponseOf(...names: readonly TypeName[]): SchemaObject {
  const [only, ...others] = names.map(ref);
  return {
    type: 'object',
    required: ['schemas', 'totalResults', 'Resources', 'itemsPerPage'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' } },
      totalResults: { type: 'integer', description: 'How many resources match, on all pages together.' },
      startIndex: { type: 'integer', description: 'Absent where the list is paged by cursor.' },
      previousCursor: { type: 'string', description: 'Leads to the page before (RFC 9865).' },
      nextCursor: { type: 'string', description: 'Leads to the next page; absent on the last one.' },
      itemsPerPage: { type: 'integer', description: 'How many resources this page holds.' },
      Resources: {
        type: 'array',
        items: only && others.length === 0 ? only : { anyOf: names.map(ref) },
      },
    },
  };
}
