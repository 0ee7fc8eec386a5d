import { attribute } from './define-attribute.js';
import { type AttributeDefinition, type SchemaDefinition } from './schema.js';

const texts = (name: string, description: string): AttributeDefinition =>
  attribute(name, description, { multiValued: true });

/** The extension of Group that Oracle Unified Directory documents: LDAP attributes of the group's entry. */
export const OUD_GROUP_SCHEMA: SchemaDefinition = {
  id: 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group',
  name: 'OUD Group',
  description: 'LDAP attributes of a group in Oracle Unified Directory',
  attributes: [
    texts('businessCategory', 'Kinds of business that the group does.'),
    texts('description', 'What the group is.'),
    texts('o', 'Organizations that the group is part of.'),
    texts('objectClass', 'Object classes of the entry.'),
    texts('ou', 'Organizational units that the group is part of.'),
    texts('owner', 'Owners of the group.'),
  ],
};
