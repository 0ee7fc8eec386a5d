import { ApiParam } from '@nestjs/swagger';
import { notImplemented } from '../../protocol/error/scim-error.js';
import { GROUP_SCHEMA } from '../../protocol/schema/group.schema.js';
import {
  byId,
  DISCOVERY,
  type DiscoveryDocumentation,
  discoveryExamples,
  locationHeader,
} from '../openapi/discovery.openapi.js';
import {
  documentOperation,
  type DocumentedOperation,
  type SurfaceForm,
} from '../openapi/operation.openapi.js';
import { FILTER, idParameter, paging, PRECONDITIONS } from '../openapi/parameters.openapi.js';
import { READING, REFUSALS, WRITING } from '../openapi/refusals.openapi.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';
import { documentResource, RESOURCE_HEADERS } from '../openapi/resource.openapi.js';
import { type TypeName } from '../openapi/schema.openapi.js';
import { ANSWERS, BASE, REQUESTS, wrapped } from './examples.openapi.js';
import { OUD_SURFACE } from './oud.surface.js';

const FORM: SurfaceForm = {
  surface: OUD_SURFACE,
  requestTypes: OUD_SURFACE.writes,
  security: ['bearer', 'basic'],
  resourceHeaders: { 'Content-Location': RESOURCE_HEADERS['Content-Location'] },
  errors: { usual: 'ErrorResponse' },
};

const REQUEST = { Group: 'POSTANDPUTRequestForGROUP', User: 'POSTANDPUTRequest' };
const ANSWER = { Group: 'GroupSuccessResponse', User: 'SuccessResponse' };

export function documentedResource(type: TypeName): ResourceDocumentation {
  const id = idParameter('entryUUID', type);
  return documentResource(FORM, type, {
    verbs: {
      list: {
        operationId: `findAll${type}s`,
        summary: `Find all the ${type}s`,
        parameters: [FILTER, ...paging()],
      },
      create: { operationId: `create${type}`, summary: `Create a ${type}` },
      read: {
        operationId: `find${type}`,
        summary: `Find a specific ${type}`,
        parameters: [id],
        refusals: { 400: undefined },
      },
      replace: {
        operationId: `replace${type}`,
        summary: `Replace a ${type}`,
        parameters: [id, ...PRECONDITIONS],
      },
      patch: {
        operationId: `modify${type}`,
        summary: `Modify a ${type}`,
        parameters: [id, ...PRECONDITIONS],
      },
      delete: {
        operationId: `delete${type}`,
        summary: `Delete a ${type}`,
        parameters: [id, ...PRECONDITIONS],
      },
    },
    components: { answer: ANSWER[type], list: ANSWER[type], request: REQUEST[type], patch: 'PatchRequest' },
    requests: REQUESTS[type],
    answers: ANSWERS[type],
  });
}

const NOT_OFFERED = {
  501: {
    notOffered: notImplemented(
      '/Me is not offered: a token stands for a client, not for a user. Use /Users/{id}.',
    ),
  },
};

const me = (
  method: DocumentedOperation['method'],
  operationId: string,
  summary: string,
  refusals: DocumentedOperation['refusals'],
): MethodDecorator =>
  documentOperation(FORM, {
    method,
    operationId,
    summary,
    description: 'Not offered: a token stands for a client, so that nobody is logged in.',
    answers: {},
    refusals: { ...refusals, ...NOT_OFFERED },
  });

const WITH_BODY = {
  ...WRITING,
  408: { tooSlow: REFUSALS.tooSlow },
  413: { tooLargeHere: REFUSALS.tooLargeHere },
};

export const documentedMe: Omit<ResourceDocumentation, 'list' | 'create'> = {
  read: me('GET', 'getMe', 'Find the logged in user', READING),
  replace: me('PUT', 'replaceMe', 'Replace the logged in user', WITH_BODY),
  patch: me('PATCH', 'patchMe', 'Modify the logged in user', WITH_BODY),
  delete: me('DELETE', 'deleteMe', 'Delete the logged in user', WRITING),
};

const { resourceTypes, schemas } = discoveryExamples(`${BASE}/`);

const discovery = (
  operation: keyof DiscoveryDocumentation,
  parts: Pick<DocumentedOperation, 'operationId' | 'summary' | 'parameters'>,
  schema: string,
  document: object,
): MethodDecorator =>
  documentOperation(FORM, {
    ...DISCOVERY[operation],
    ...parts,
    answers: {
      200: {
        description: 'The document.',
        schema,
        examples: { document },
        ...('meta' in document && { headers: locationHeader(FORM) }),
      },
    },
  });

/** The document has neither a single resource type nor the configuration. */
export const documentedDiscovery: Omit<DiscoveryDocumentation, 'serviceProviderConfig' | 'resourceType'> = {
  resourceTypes: discovery(
    'resourceTypes',
    { operationId: 'findAllResourceTypes', summary: 'Find all the types of entries' },
    'ResourceTypeSuccessResponse',
    wrapped(...resourceTypes),
  ),
  schemas: discovery(
    'schemas',
    { operationId: 'findAllSchemas', summary: 'Find all the Schemas' },
    'SchemaSuccessResponse',
    wrapped(...schemas),
  ),
  schema: discovery(
    'schema',
    {
      operationId: 'findSchema',
      summary: 'Find a specific Schema',
      parameters: [
        ApiParam({ name: 'schemaID', description: 'URN of the schema.', example: GROUP_SCHEMA.id }),
      ],
    },
    'SchemaSearchResultEntry',
    byId(schemas, GROUP_SCHEMA.id),
  ),
};
