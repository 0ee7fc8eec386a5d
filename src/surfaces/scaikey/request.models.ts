import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/enterprise-user.schema.js';
import {
  ANY,
  BOOLEAN,
  defaulted,
  INTEGER,
  listOf,
  modelOf,
  OBJECT,
  optional,
  required,
  STRING,
  type Field,
  type Model,
} from './model.js';

const schemas = (urn: string): Field => defaulted('schemas', listOf(STRING), [urn]);
const texts = (...names: string[]): Field[] => names.map((name) => optional(name, STRING));
const model = (name: string, description: string, ...fields: Field[]): Model => ({
  name,
  description,
  fields,
});

const SCIM_GROUP_MEMBER = model(
  'SCIMGroupMember',
  'SCIM group member reference.',
  required('value', STRING),
  ...texts('$ref', 'display'),
  defaulted('type', STRING, 'User'),
);

/** Body of POST and PUT. */
export const SCIM_GROUP_CREATE = model(
  'SCIMGroupCreate',
  'SCIM Group creation request.',
  schemas('urn:ietf:params:scim:schemas:core:2.0:Group'),
  optional('externalId', STRING),
  required('displayName', STRING),
  optional('members', listOf(modelOf(SCIM_GROUP_MEMBER))),
);

const SCIM_PATCH_OP = model(
  'SCIMPatchOp',
  'SCIM Patch operation (RFC 7644 Section 3.5.2).',
  required('op', STRING),
  optional('path', STRING),
  { name: 'value', type: ANY },
);

export const SCIM_PATCH_REQUEST = model(
  'SCIMPatchRequest',
  'SCIM Patch request (RFC 7644 Section 3.5.2).',
  schemas('urn:ietf:params:scim:api:messages:2.0:PatchOp'),
  required('Operations', listOf(modelOf(SCIM_PATCH_OP))),
);

const SCIM_NAME = model(
  'SCIMName',
  'SCIM user name structure.',
  ...texts('formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'),
);

const SCIM_EMAIL = model(
  'SCIMEmail',
  'SCIM email structure.',
  required('value', STRING),
  optional('type', STRING),
  defaulted('primary', BOOLEAN, false),
);

const SCIM_PHONE_NUMBER = model(
  'SCIMPhoneNumber',
  'SCIM phone number structure.',
  required('value', STRING),
  optional('type', STRING),
  defaulted('primary', BOOLEAN, false),
);

const SCIM_ADDRESS = model(
  'SCIMAddress',
  'SCIM address structure.',
  ...texts('formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country', 'type'),
  defaulted('primary', BOOLEAN, false),
);

const SCIM_ENTERPRISE_USER = model(
  'SCIMEnterpriseUser',
  'SCIM Enterprise User extension (RFC 7643 Section 4.3).',
  ...texts('employeeNumber', 'costCenter', 'organization', 'division', 'department'),
  optional('manager', OBJECT),
);

/** Body of POST and PUT: the document's SCIMUser without what a client cannot set. */
export const SCIM_USER_CREATE = model(
  'SCIMUserCreate',
  'SCIM User creation request.',
  schemas('urn:ietf:params:scim:schemas:core:2.0:User'),
  optional('externalId', STRING),
  required('userName', STRING),
  optional('name', modelOf(SCIM_NAME)),
  ...texts('displayName', 'nickName', 'profileUrl', 'title', 'userType'),
  ...texts('preferredLanguage', 'locale', 'timezone'),
  defaulted('active', BOOLEAN, true),
  optional('password', STRING),
  optional('emails', listOf(modelOf(SCIM_EMAIL))),
  optional('phoneNumbers', listOf(modelOf(SCIM_PHONE_NUMBER))),
  optional('addresses', listOf(modelOf(SCIM_ADDRESS))),
  optional(ENTERPRISE_USER_SCHEMA.id, modelOf(SCIM_ENTERPRISE_USER)),
);

const SCIM_BULK_OPERATION = model(
  'SCIMBulkOperation',
  'SCIM Bulk operation (RFC 7644 Section 3.7).',
  required('method', STRING),
  ...texts('bulkId', 'version'),
  required('path', STRING),
  optional('data', OBJECT),
);

export const SCIM_BULK_REQUEST = model(
  'SCIMBulkRequest',
  'SCIM Bulk request (RFC 7644 Section 3.7).',
  schemas('urn:ietf:params:scim:api:messages:2.0:BulkRequest'),
  optional('failOnErrors', INTEGER),
  required('Operations', listOf(modelOf(SCIM_BULK_OPERATION))),
);

/** All models, for the OpenAPI document. */
export const REQUEST_MODELS: readonly Model[] = [
  SCIM_GROUP_MEMBER,
  SCIM_GROUP_CREATE,
  SCIM_PATCH_OP,
  SCIM_PATCH_REQUEST,
  SCIM_NAME,
  SCIM_EMAIL,
  SCIM_PHONE_NUMBER,
  SCIM_ADDRESS,
  SCIM_ENTERPRISE_USER,
  SCIM_USER_CREATE,
  SCIM_BULK_OPERATION,
  SCIM_BULK_REQUEST,
];
