import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { type JsonObject } from '../../protocol/json.js';
import { documentDiscovery } from '../openapi/discovery.openapi.js';
import {
  CREATIONS,
  EXAMPLE_IDS,
  EXAMPLE_ORIGIN,
  groupAnswers,
  patchOf,
  PATCHES,
  SEARCHES,
  userAnswers,
} from '../openapi/examples.openapi.js';
import {
  documentOperation,
  type DocumentedAnswer,
  type Examples,
  type SurfaceForm,
} from '../openapi/operation.openapi.js';
import {
  FILTER,
  idParameter,
  IF_NONE_MATCH,
  paging,
  PRECONDITIONS,
  PROJECTION,
  SORTING,
} from '../openapi/parameters.openapi.js';
import { REFUSALS } from '../openapi/refusals.openapi.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';
import { documentResource, RESOURCE_HEADERS, type ResourceTable } from '../openapi/resource.openapi.js';
import { type TypeName } from '../openapi/schema.openapi.js';
import { VERBS } from '../openapi/verbs.openapi.js';
import { FEATURES, PAGE } from './paradigm.codec.js';
import { PARADIGM_SURFACE } from './paradigm.surface.js';

const BASE = `${EXAMPLE_ORIGIN}/${PARADIGM_SURFACE.mount}`;
const JSON_TYPES = ['application/scim+json', 'application/json'];
const JSON_AND_FORMS = [...JSON_TYPES, 'application/x-www-form-urlencoded', 'multipart/form-data'];

const FORM: SurfaceForm = {
  surface: PARADIGM_SURFACE,
  requestTypes: JSON_TYPES,
  security: ['bearerAuth'],
  resourceHeaders: RESOURCE_HEADERS,
  errors: { usual: 'SCIMErrorResponse' },
  meanings: { 401: 'Authentication required' },
};

const ANSWERS = { User: userAnswers(BASE), Group: groupAnswers(BASE) };

const tableOf = (type: TypeName): ResourceTable => {
  const id = idParameter('id', type);
  const change = [id, ...PROJECTION, ...PRECONDITIONS];
  return {
    verbs: {
      list: {
        operationId: `scim_v2_${type}s_list`,
        parameters: [
          FILTER,
          ...paging({ usual: PAGE.defaultCount, most: PAGE.maxCount, isStrict: true }),
          ...SORTING,
          ...PROJECTION,
        ],
      },
      create: { operationId: `scim_v2_${type}s_create`, parameters: PROJECTION },
      read: {
        operationId: `scim_v2_${type}s_retrieve`,
        parameters: [id, ...PROJECTION, IF_NONE_MATCH],
        bodiless: { 304: 'The client has this version.' },
      },
      replace: { operationId: `scim_v2_${type}s_update`, parameters: change },
      patch: { operationId: `scim_v2_${type}s_partial_update`, parameters: change },
      delete: { operationId: `scim_v2_${type}s_destroy`, parameters: [id, ...PRECONDITIONS] },
    },
    components: {
      answer: `SCIM${type}`,
      list: `SCIM${type}ListResponse`,
      request: type === 'User' ? 'SCIMUserRequest' : 'SCIMGroupCreateRequest',
      patch: type === 'User' ? 'SCIMUserModifyRequest' : 'PatchedSCIMGroupModifyRequest',
    },
    requests: { whole: CREATIONS[type], patch: PATCHES[type] },
    answers: ANSWERS[type],
  };
};

const RENAMED = '1879db59-3bdf-4490-ad68-ab880a269474updatedDisplayName';

/** The document types every value of an operation as a string: of members, one id. */
const GROUP_OPERATIONS = {
  addAMember: { op: 'add', path: 'members', value: EXAMPLE_IDS.user },
  removeAMember: { op: 'remove', path: 'members', value: EXAMPLE_IDS.member },
  rename: { op: 'replace', path: 'displayName', value: RENAMED },
};
const RENAMED_GROUP = { ...(ANSWERS.Group.patched['rename'] as JsonObject), displayName: RENAMED };

const { addAMember, removeAMember, rename } = GROUP_OPERATIONS;
const withId = (operation: object): JsonObject => ({ id: EXAMPLE_IDS.group, ...patchOf(operation) });

/** RenameTheGroup is the document's own example. Where the path has no id it comes last, since it lacks the id too. */
const GROUP_PATCHES = {
  'in the path': {
    addAMember: patchOf(addAMember),
    removeAMember: patchOf(removeAMember),
    RenameTheGroup: patchOf(rename),
  },
  'in the body': {
    addAMember: withId(addAMember),
    removeAMember: withId(removeAMember),
    rename: withId(rename),
    RenameTheGroup: patchOf(rename),
  },
};

/** The document requires all parts of the group, so that `attributes` and `excludedAttributes` are not part of it. */
const wholeGroup = (description: string, examples: Examples): DocumentedAnswer => ({
  description,
  schema: 'SCIMGroupCreateResponse',
  examples,
  headers: RESOURCE_HEADERS,
});

/** PATCH has two paths. The documented one, without an id, has the documented operationId. */
const documentedGroupPatch = (idPlace: keyof typeof GROUP_PATCHES): MethodDecorator =>
  documentOperation(FORM, {
    ...VERBS.patch('Group'),
    operationId: `scim_v2_Groups_partial_update${idPlace === 'in the path' ? '_by_id' : ''}`,
    summary: 'Update a group',
    description: `${VERBS.patch('Group').description} The id of the group stands ${idPlace}. PUT is switched off.`,
    parameters: [...(idPlace === 'in the path' ? [idParameter('id', 'Group')] : []), ...PRECONDITIONS],
    body: {
      schema: 'PatchedSCIMGroupModifyRequest',
      examples: GROUP_PATCHES[idPlace],
      types: JSON_AND_FORMS,
    },
    answers: {
      200: wholeGroup('Modified group', {
        ...ANSWERS.Group.patched,
        rename: RENAMED_GROUP,
        RenameTheGroup: RENAMED_GROUP,
      }),
    },
    refusals: { ...VERBS.patch('Group').refusals, 404: { GroupNotFound: REFUSALS.unknownId } },
  });

const documentedGroup: ResourceDocumentation = {
  ...documentResource(FORM, 'Group', tableOf('Group')),
  create: documentOperation(FORM, {
    ...VERBS.create('Group'),
    operationId: 'scim_v2_Groups_create',
    description: `${VERBS.create('Group').description} PUT is switched off.`,
    body: { schema: 'SCIMGroupCreateRequest', examples: CREATIONS.Group, types: JSON_AND_FORMS },
    answers: { 201: wholeGroup('Groups creation', ANSWERS.Group.created) },
  }),
  patch: documentedGroupPatch('in the path'),
  replace: ApiExcludeEndpoint(),
};

export const documentedResource = (type: TypeName): ResourceDocumentation =>
  type === 'User' ? documentResource(FORM, 'User', tableOf('User')) : documentedGroup;

/** The documented PATCH of groups, whose path names none. */
export const documentedPatchByBody = documentedGroupPatch('in the body');

export const documentedSearch = (type: TypeName): MethodDecorator =>
  documentOperation(FORM, {
    ...VERBS.search(type),
    operationId: `scim_v2_${type}s_search`,
    body: { schema: 'SCIMSearchRequest', examples: SEARCHES[type] },
    answers: {
      200: {
        description: 'A page of them.',
        schema: `SCIM${type}ListResponse`,
        examples: ANSWERS[type].found,
      },
    },
  });

export const documentedDiscovery = documentDiscovery(FORM, {
  operationIds: {
    serviceProviderConfig: 'scim_v2_ServiceProviderConfig_retrieve',
    resourceTypes: 'scim_v2_ResourceTypes_list',
    resourceType: 'scim_v2_ResourceTypes_retrieve',
    schemas: 'scim_v2_Schemas_list',
    schema: 'scim_v2_Schemas_retrieve',
  },
  component: 'SCIMDocument',
  prefix: `${BASE}/`,
  surface: PARADIGM_SURFACE,
  features: FEATURES,
});
