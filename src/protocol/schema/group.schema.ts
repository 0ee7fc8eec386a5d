import { attribute } from './define-attribute.js';
import { type SchemaDefinition } from './schema.js';

/**
 * The core Group schema. RFC 7643 §4.2 says what its attributes mean and requires `displayName`; §8.7.1 prints
 * their characteristics, where an erratum makes `displayName` required too. The uniqueness of `displayName` is the
 * default: a company may allow several groups of one name, and `printSchema` then shows `none`.
 */
export const GROUP_SCHEMA: SchemaDefinition = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Group',
  attributes: [
    attribute('displayName', 'Name of the group.', { required: true, uniqueness: 'server' }),
    attribute('members', 'The users and groups that are in this group.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', 'Identifier of the member.', { mutability: 'immutable' }),
        attribute('$ref', 'URI of the member.', {
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          mutability: 'immutable',
        }),
        attribute('type', 'Whether the member is a user or a group.', {
          canonicalValues: ['User', 'Group'],
          mutability: 'immutable',
        }),
        attribute('display', "The member's present name.", { mutability: 'readOnly' }),
      ],
    }),
  ],
};
