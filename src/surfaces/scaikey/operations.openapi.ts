import { ApiParam, ApiQuery } from '@nestjs/swagger';
import { ResourceNotFoundError, type ScimError } from '../../protocol/error/scim-error.js';
import { documentDiscovery } from '../openapi/discovery.openapi.js';
import {
  BULK,
  bulkAnswer,
  CREATIONS,
  EXAMPLE_ORIGIN,
  groupAnswers,
  PATCHES,
  userAnswers,
} from '../openapi/examples.openapi.js';
import { documentOperation, type SurfaceForm } from '../openapi/operation.openapi.js';
import { idParameter, IF_NONE_MATCH, PRECONDITIONS } from '../openapi/parameters.openapi.js';
import { REFUSALS, WRITING } from '../openapi/refusals.openapi.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';
import { thrownBy } from '../openapi/thrown-by.js';
import { documentResource, RESOURCE_HEADERS } from '../openapi/resource.openapi.js';
import { type TypeName } from '../openapi/schema.openapi.js';
import { type Model } from './model.js';
import { judgeByModel } from './request-model.js';
import { RequestValidationError } from './request-validation.error.js';
import {
  SCIM_BULK_REQUEST,
  SCIM_GROUP_CREATE,
  SCIM_PATCH_REQUEST,
  SCIM_USER_CREATE,
} from './request.models.js';
import { FEATURES, PAGE } from './scaikey.codec.js';
import { SCAIKEY_SURFACE } from './scaikey.surface.js';
import { Validation } from './validation.js';

const BASE = `${EXAMPLE_ORIGIN}/${SCAIKEY_SURFACE.mount.replace(':tenant_id', 'acme')}`;

const unknownCompany = new ResourceNotFoundError('globex');

const FORM: SurfaceForm = {
  surface: SCAIKEY_SURFACE,
  requestTypes: SCAIKEY_SURFACE.writes,
  errorTypes: ['application/json'],
  security: ['bearer'],
  parameters: [ApiParam({ name: 'tenant_id', type: String, description: "The company's slug or id." })],
  resourceHeaders: RESOURCE_HEADERS,
  errors: { usual: 'SCIMError', 422: 'HTTPValidationError' },
  refusals: { 404: { unknownCompany } },
  meanings: {
    200: 'Successful Response',
    201: 'Successful Response',
    204: 'Successful Response',
    404: 'The company has no such resource, or the token belongs to another company.',
    415: 'The body is packed in a way that is not read.',
    422: 'Validation Error',
  },
};

const { unknownId, tooSlow, tooLarge, tooLargeHere, unreadEncoding } = REFUSALS;

/** Refusals of every path with an id. */
const UNKNOWN = { 404: { unknownId, unknownCompany } };
/** Refusals of every body. One that is not sent as JSON is checked as a text, so 415 is only for its Content-Encoding. */
const UNREAD = {
  User: { 408: { tooSlow }, 413: { tooLargeHere }, 415: { unreadEncoding } },
  Group: { 408: { tooSlow }, 413: { tooLarge }, 415: { unreadEncoding } },
};

const lacking = (model: Model): Record<string, ScimError> => ({
  missing: thrownBy(() => judgeByModel({}, model)),
});
const noInteger = (): ScimError => {
  const validation = new Validation();
  validation.readInteger('first', 'startIndex');
  return new RequestValidationError(validation.items);
};

const MODELS = { User: SCIM_USER_CREATE, Group: SCIM_GROUP_CREATE };

/** Those that the document has; with `attributes` and `excludedAttributes` an answer would lack what it requires. */
const LIST_PARAMETERS = [
  nullableText('filter', 'SCIM filter expression'),
  ApiQuery({
    name: 'startIndex',
    required: false,
    description: '1-based start index',
    schema: { type: 'integer', default: 1 },
  }),
  ApiQuery({
    name: 'count',
    required: false,
    description: 'Number of results',
    schema: { type: 'integer', default: PAGE.defaultCount },
  }),
  nullableText('sortBy', 'Attribute to sort by'),
  ApiQuery({
    name: 'sortOrder',
    required: false,
    description: 'Sort order',
    schema: { type: 'string', default: 'ascending' },
  }),
];

function nullableText(name: string, description: string): MethodDecorator {
  return ApiQuery({ name, required: false, description, schema: { type: 'string', nullable: true } });
}

export function documentedResource(type: TypeName): ResourceDocumentation {
  const noun = type.toLowerCase();
  const id = idParameter(`${noun}_id`, type);
  const whole = { ...UNREAD[type], 422: lacking(MODELS[type]) };
  // The document has 422 also where no part of the request can be malformed.
  const nothing = type === 'Group' ? { 422: { neverSent: noInteger() } } : {};
  return documentResource(FORM, type, {
    verbs: {
      list: {
        operationId: `list_${noun}s`,
        summary: `List ${type}s`,
        description: `List ${noun}s with SCIM filtering and pagination.\n\nRFC 7644 Section 3.4.2 - Querying Resources.`,
        parameters: LIST_PARAMETERS,
        refusals: { 422: { noInteger: noInteger() } },
      },
      create: {
        operationId: `create_${noun}`,
        summary: `Create ${type}`,
        description: `Create a new ${noun}.\n\nRFC 7644 Section 3.3 - Creating Resources.`,
        refusals: whole,
      },
      read: {
        operationId: `get_${noun}`,
        summary: `Get ${type}`,
        description: `Get a specific ${noun} by ID.\n\nRFC 7644 Section 3.4.1 - Retrieving a Known Resource.`,
        parameters: [id, IF_NONE_MATCH],
        bodiless: { 304: 'The client has this version.' },
        refusals: { ...UNKNOWN, ...nothing },
      },
      replace: {
        operationId: `replace_${noun}`,
        summary: `Replace ${type}`,
        description: `Replace a ${noun} entirely.\n\nRFC 7644 Section 3.5.1 - Replacing with PUT.`,
        parameters: [id, ...PRECONDITIONS],
        refusals: { ...UNKNOWN, ...whole },
      },
      patch: {
        operationId: `patch_${noun}`,
        summary: `Patch ${type}`,
        description: `Partially update a ${noun}.\n\nRFC 7644 Section 3.5.2 - Modifying with PATCH.`,
        parameters: [id, ...PRECONDITIONS],
        refusals: { ...UNKNOWN, ...UNREAD[type], 422: lacking(SCIM_PATCH_REQUEST) },
      },
      delete: {
        operationId: `delete_${noun}`,
        summary: `Delete ${type}`,
        description: `Delete a ${noun}.\n\nRFC 7644 Section 3.6 - Deleting Resources.`,
        parameters: [id, ...PRECONDITIONS],
        refusals: { ...UNKNOWN, ...nothing },
      },
    },
    components: {
      answer: `SCIM${type}`,
      list: 'SCIMListResponse',
      request: `SCIM${type}Create`,
      patch: 'SCIMPatchRequest',
    },
    requests: { whole: CREATIONS[type], patch: PATCHES[type] },
    answers: type === 'User' ? userAnswers(BASE) : groupAnswers(BASE),
  });
}

export const documentedBulk = documentOperation(FORM, {
  method: 'POST',
  operationId: 'bulk_operations',
  summary: 'Bulk Operations',
  description:
    'Several operations in one request. Each is a transaction of its own, with the status and the errors that it ' +
    'would have alone.\n\nRFC 7644 Section 3.7 - Bulk Operations.',
  body: { schema: 'SCIMBulkRequest', examples: BULK },
  answers: {
    200: { description: 'Successful Response', schema: 'SCIMBulkResponse', examples: bulkAnswer(BASE) },
  },
  refusals: {
    ...WRITING,
    ...UNREAD.Group,
    400: { noOperations: REFUSALS.noOperations },
    422: lacking(SCIM_BULK_REQUEST),
  },
});

export const documentedDiscovery = documentDiscovery(FORM, {
  operationIds: {
    serviceProviderConfig: 'get_service_provider_config',
    resourceTypes: 'get_resource_types',
    resourceType: 'get_resource_type',
    schemas: 'get_schemas',
    schema: 'get_schema',
  },
  component: 'Document',
  prefix: `${BASE}/`,
  surface: SCAIKEY_SURFACE,
  features: FEATURES,
});
