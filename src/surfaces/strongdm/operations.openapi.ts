import { ResourceNotFoundError, ScimError } from '../../protocol/error/scim-error.js';
import { documentDiscovery } from '../openapi/discovery.openapi.js';
import { type SurfaceForm } from '../openapi/operation.openapi.js';
import { idParameter, IF_MATCH, paging, textParameter } from '../openapi/parameters.openapi.js';
import { REFUSALS } from '../openapi/refusals.openapi.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';
import { documentResource, RESOURCE_HEADERS } from '../openapi/resource.openapi.js';
import { ANSWERS, REQUESTS } from './examples.openapi.js';
import { BLANK_NAME } from './group-request.js';
import { FEATURES, PAGE_SIZE } from './list-request.js';
import { type ResourceKind } from './prefixed-id.js';
import { STRONGDM_SURFACE } from './strongdm.surface.js';
import { BLANK_EMAIL } from './user-request.js';

const FORM: SurfaceForm = {
  surface: STRONGDM_SURFACE,
  requestTypes: ['application/scim+json', 'application/json'],
  security: ['bearer'],
  resourceHeaders: { ETag: RESOURCE_HEADERS.ETag },
  errors: { usual: 'Error' },
};

const NAMES = { User: 'userName', Group: 'displayName' };
const PREFIXES = { User: 'a-', Group: 'r-' };

const refusal = (detail: string): ScimError => new ScimError(400, undefined, detail);
const malformedMember = refusal('cannot parse member id: aa-123134');

const blankName = (type: ResourceKind, act: 'create' | 'update'): Record<string, ScimError> =>
  type === 'User'
    ? { noEmail: refusal(BLANK_EMAIL[act]) }
    : { noName: refusal(BLANK_NAME[act]), malformedMember };

const UNKNOWN = { 404: { unknown: new ResourceNotFoundError('r-1230954') } };
/** Refusals of every body. Its media type does not count. */
const UNREAD = { 408: { tooSlow: REFUSALS.tooSlow }, 415: { unreadEncoding: REFUSALS.unreadEncoding } };

/** The six operations as this document has them. */
export function documentedResource(type: ResourceKind): ResourceDocumentation {
  const id = idParameter('id', type, `${PREFIXES[type]} and 16 hexadecimal digits`);
  const taken = { 409: { taken: type === 'User' ? REFUSALS.takenUserName : REFUSALS.takenDisplayName } };
  const change = { ...UNREAD, ...UNKNOWN, ...taken, 400: blankName(type, 'update') };
  return documentResource(FORM, type, {
    verbs: {
      list: {
        operationId: `list${type}s`,
        parameters: [
          ...paging({ usual: PAGE_SIZE, most: PAGE_SIZE }),
          textParameter('filter', `Which resources: ${NAMES[type]} eq "…", and no other form.`),
        ],
      },
      create: {
        operationId: `create${type}`,
        refusals: { ...UNREAD, ...taken, 400: blankName(type, 'create') },
      },
      read: { operationId: `get${type}`, parameters: [id], refusals: { ...UNKNOWN, 400: undefined } },
      replace: { operationId: `replace${type}`, parameters: [id, IF_MATCH], refusals: change },
      patch: {
        operationId: `patch${type}`,
        parameters: [id, IF_MATCH],
        bodiless: { 204: 'The request asked for what was so already. Content-Type is that of the resource.' },
        refusals: change,
      },
      delete: { operationId: `delete${type}`, parameters: [id, IF_MATCH], refusals: UNKNOWN },
    },
    components: {
      answer: type,
      list: `${type}ListResponse`,
      request: `${type}Request`,
      patch: `${type}PatchRequest`,
    },
    requests: REQUESTS[type],
    answers: ANSWERS[type],
  });
}

export const documentedDiscovery = documentDiscovery(FORM, {
  operationIds: {
    serviceProviderConfig: 'getServiceProviderConfig',
    resourceTypes: 'getResourceTypes',
    resourceType: 'getResourceType',
    schemas: 'getSchemas',
    schema: 'getSchema',
  },
  component: 'Document',
  // Links are relative to the mount.
  prefix: '',
  surface: STRONGDM_SURFACE,
  features: FEATURES,
});
