import { attribute } from './define-attribute.js';
import { type AttributeDefinition, type SchemaDefinition } from './schema.js';

const multiValuedString = (name: string, description: string): AttributeDefinition =>
  attribute(name, description, { multiValued: true });

/** The extension of Group in Oracle Unified Directory's documentation: LDAP attributes of the group's entry. */
export const OUD_GROUP_SCHEMA: SchemaDefinition = {
  id: 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group',
  name: 'OUD Group',
  description: 'LDAP attributes of a group in Oracle Unified Directory',
  attributes: [
    multiValuedString('businessCategory', 'Kinds of business that the group does.'),
    multiValuedString('description', 'What the group is.'),
    multiValuedString('o', 'Organizations that the group is part of.'),
    multiValuedString('objectClass', 'Object classes of the entry.'),
    multiValuedString('ou', 'Organizational units that the group is part of.'),
    multiValuedString('owner', 'Owners of the group.'),
  ],
};
