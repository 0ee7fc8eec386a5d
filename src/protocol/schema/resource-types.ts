import { ENTERPRISE_USER_SCHEMA } from './enterprise-user.schema.js';
import { GROUP_SCHEMA } from './group.schema.js';
import { OUD_GROUP_SCHEMA } from './oud-group.schema.js';
import { type SchemaRegistry } from './schema.js';
import { USER_SCHEMA } from './user.schema.js';

/** The resource types that every company has (RFC 7643 §6). */
export const SCHEMAS: SchemaRegistry = {
  user: {
    name: 'User',
    endpoint: '/Users',
    description: 'User account',
    schema: USER_SCHEMA,
    schemaExtensions: [{ schema: ENTERPRISE_USER_SCHEMA, required: false }],
  },
  group: {
    name: 'Group',
    endpoint: '/Groups',
    description: 'Group',
    schema: GROUP_SCHEMA,
    schemaExtensions: [{ schema: OUD_GROUP_SCHEMA, required: false }],
  },
};
