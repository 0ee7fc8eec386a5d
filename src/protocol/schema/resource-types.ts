import { ENTERPRISE_USER_SCHEMA } from './enterprise-user.schema.js';
import { GROUP_SCHEMA } from './group.schema.js';
import { OUD_GROUP_SCHEMA } from './oud-group.schema.js';
import { SchemaRegistry } from './schema-registry.js';
import { USER_SCHEMA } from './user.schema.js';

/**
 * The resource types that every deployment has. RFC 7643 §6: a resource type has one endpoint, one core schema, and
 * extensions, each of them optional or required. A deployment adds its own extensions with `extendRegistry`.
 */
export const BUILT_IN_RESOURCE_TYPES = new SchemaRegistry(
  {
    name: 'User',
    endpoint: '/Users',
    description: 'User account',
    schema: USER_SCHEMA,
    schemaExtensions: [{ schema: ENTERPRISE_USER_SCHEMA, required: false }],
  },
  {
    name: 'Group',
    endpoint: '/Groups',
    description: 'Group',
    schema: GROUP_SCHEMA,
    schemaExtensions: [{ schema: OUD_GROUP_SCHEMA, required: false }],
  },
);
