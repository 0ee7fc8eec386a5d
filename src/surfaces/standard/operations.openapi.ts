import { forbidden, ResourceNotFoundError } from '../../protocol/error/scim-error.js';
import { documentDiscovery } from '../openapi/discovery.openapi.js';
import {
  BULK,
  bulkAnswer,
  CREATIONS,
  EXAMPLE_IDS,
  EXAMPLE_ORIGIN,
  groupAnswers,
  PATCHES,
  SEARCHES,
  userAnswers,
} from '../openapi/examples.openapi.js';
import { documentOperation, type DocumentedAnswer, type SurfaceForm } from '../openapi/operation.openapi.js';
import {
  CURSOR,
  FILTER,
  idParameter,
  IF_NONE_MATCH,
  paging,
  PRECONDITIONS,
  PREFER,
  PROJECTION,
  SORTING,
} from '../openapi/parameters.openapi.js';
import { REFUSALS, WITH_LARGE_BODY, WRITING } from '../openapi/refusals.openapi.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';
import { documentResource, RESOURCE_HEADERS, type ResourceTable } from '../openapi/resource.openapi.js';
import { type TypeName } from '../openapi/schema.openapi.js';
import { VERBS } from '../openapi/verbs.openapi.js';
import { FEATURES, PAGE } from './standard.codec.js';
import { STANDARD_SURFACE } from './standard.surface.js';

/** What a list holds. */
type ListedName = TypeName | 'Resource';

const BASE = `${EXAMPLE_ORIGIN}/${STANDARD_SURFACE.mount}`;

const FORM: SurfaceForm = {
  surface: STANDARD_SURFACE,
  requestTypes: STANDARD_SURFACE.writes,
  security: ['bearer'],
  resourceHeaders: RESOURCE_HEADERS,
  errors: { usual: 'Error' },
};

const ANSWERS = { User: userAnswers(BASE), Group: groupAnswers(BASE), Resource: userAnswers(BASE) };

const LIST_PARAMETERS = [
  FILTER,
  ...paging({ usual: PAGE.defaultCount, most: PAGE.maxCount, hasCursor: true }),
  CURSOR,
  ...SORTING,
  ...PROJECTION,
];
const WRITE_PARAMETERS = [...PROJECTION, PREFER];
const CHANGE_PARAMETERS = [...PROJECTION, ...PRECONDITIONS, PREFER];

const UNCHANGED = { 304: 'The client has this version.' };
const MINIMAL = { 204: 'Done; ETag tells the new version. Content-Type is that of the resource.' };

const tableOf = (type: TypeName): ResourceTable => {
  const id = idParameter('id', type);
  return {
    verbs: {
      list: { operationId: `list${type}s`, parameters: LIST_PARAMETERS },
      create: { operationId: `create${type}`, parameters: WRITE_PARAMETERS },
      read: {
        operationId: `get${type}`,
        parameters: [id, ...PROJECTION, IF_NONE_MATCH],
        bodiless: UNCHANGED,
      },
      replace: {
        operationId: `replace${type}`,
        parameters: [id, ...CHANGE_PARAMETERS],
        bodiless: MINIMAL,
      },
      patch: { operationId: `patch${type}`, parameters: [id, ...CHANGE_PARAMETERS], bodiless: MINIMAL },
      delete: { operationId: `delete${type}`, parameters: [id, ...PRECONDITIONS] },
    },
    components: { answer: type, list: `${type}ListResponse`, request: `${type}Request`, patch: 'PatchOp' },
    requests: { whole: CREATIONS[type], patch: PATCHES[type] },
    answers: ANSWERS[type],
  };
};

export const documentedResource = (type: TypeName): ResourceDocumentation =>
  documentResource(FORM, type, tableOf(type));

export const documentedResources = documentOperation(FORM, {
  ...VERBS.list('Resource'),
  operationId: 'listResources',
  parameters: LIST_PARAMETERS,
  answers: { 200: pageOf('Resource', ANSWERS.Resource.listed) },
});

export const documentedSearch = (type: ListedName): MethodDecorator =>
  documentOperation(FORM, {
    ...VERBS.search(type),
    operationId: `search${type}s`,
    body: { schema: 'SearchRequest', examples: SEARCHES[type] },
    answers: { 200: pageOf(type, ANSWERS[type].found) },
  });

function pageOf(type: ListedName, examples: DocumentedAnswer['examples']): DocumentedAnswer {
  return { description: 'A page of them.', schema: `${type}ListResponse`, examples };
}

export const documentedBulk = documentOperation(FORM, {
  method: 'POST',
  operationId: 'bulk',
  summary: 'Carry out many operations',
  description: 'Each operation succeeds or fails alone, as its single request would (RFC 7644 §3.7).',
  body: { schema: 'BulkRequest', examples: BULK },
  answers: {
    200: {
      description: 'The job was done, whatever became of its operations.',
      schema: 'BulkResponse',
      examples: bulkAnswer(BASE),
    },
  },
  refusals: { ...WRITING, ...WITH_LARGE_BODY, 400: { noOperations: REFUSALS.noOperations } },
});

const ME_REFUSALS = {
  404: { deleted: new ResourceNotFoundError(EXAMPLE_IDS.user) },
  501: { noUser: REFUSALS.noUser },
};
const OWN_CHANGE = {
  ...ME_REFUSALS,
  403: {
    mayNotWrite: REFUSALS.mayNotWrite,
    notHisToChange: forbidden('active: this token may not change it.'),
  },
  // The one name that has to be unique is not his to change, nor is `active`, by which a change would be a removal.
  409: undefined,
  429: WRITING[429],
};

/** The operations on the user that a token stands for: those on any user, but that no path names him. */
export const documentedMe: Omit<ResourceDocumentation, 'list' | 'create'> = documentResource(FORM, 'User', {
  ...tableOf('User'),
  requests: { whole: CREATIONS.User, patch: { setLanguage: PATCHES.User.setLanguage } },
  answers: { ...ANSWERS.User, patched: { setLanguage: ANSWERS.User.patched['setLanguage'] } },
  verbs: {
    ...tableOf('User').verbs,
    read: {
      operationId: 'readMe',
      summary: "Read the token's user",
      parameters: [...PROJECTION, IF_NONE_MATCH],
      bodiless: UNCHANGED,
      refusals: ME_REFUSALS,
    },
    replace: {
      operationId: 'replaceMe',
      summary: "Replace the token's user",
      parameters: CHANGE_PARAMETERS,
      bodiless: MINIMAL,
      refusals: OWN_CHANGE,
    },
    patch: {
      operationId: 'patchMe',
      summary: "Change the token's user",
      parameters: CHANGE_PARAMETERS,
      bodiless: MINIMAL,
      refusals: OWN_CHANGE,
    },
    delete: {
      operationId: 'deleteMe',
      summary: "Delete the token's user",
      parameters: PRECONDITIONS,
      refusals: ME_REFUSALS,
    },
  },
});

export const documentedDiscovery = documentDiscovery(FORM, {
  operationIds: {
    serviceProviderConfig: 'getServiceProviderConfig',
    resourceTypes: 'listResourceTypes',
    resourceType: 'getResourceType',
    schemas: 'listSchemas',
    schema: 'getSchema',
  },
  component: 'Document',
  prefix: `${BASE}/`,
  surface: STANDARD_SURFACE,
  features: FEATURES,
  // What a client needs to know before it has a token.
  differences: { serviceProviderConfig: { isPublic: true, refusals: {} } },
});
