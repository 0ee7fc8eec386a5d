import { attribute } from '../../src/protocol/schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { SchemaRegistry } from '../../src/protocol/schema/schema-registry.js';
import { type AttributeDefinition, type ResourceType } from '../../src/protocol/schema/schema.js';

/** The extensions whose attributes each test defines. */
export const USER_BADGE = 'urn:example:schemas:badge:1.0:User';
export const GROUP_BADGE = 'urn:example:schemas:badge:1.0:Group';

/** The built-in resource types, each with an extension of these attributes unless there are none. */
export function withBadges(
  ofUser: readonly AttributeDefinition[],
  ofGroup: readonly AttributeDefinition[] = [],
): SchemaRegistry {
  const { user, group } = BUILT_IN_RESOURCE_TYPES;
  return new SchemaRegistry(extended(user, USER_BADGE, ofUser), extended(group, GROUP_BADGE, ofGroup));
}

/** An attribute `code` whose values are unique. */
export const uniqueCode = (characteristics: Partial<AttributeDefinition> = {}): AttributeDefinition =>
  attribute('code', 'What stands on the badge.', { uniqueness: 'server', ...characteristics });

function extended(type: ResourceType, id: string, attributes: readonly AttributeDefinition[]): ResourceType {
  if (attributes.length === 0) return type;
  const schema = { id, name: 'Badge', description: 'What opens doors.', attributes };
  return { ...type, schemaExtensions: [...type.schemaExtensions, { schema, required: false }] };
}
