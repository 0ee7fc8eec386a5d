import { attribute } from './define-attribute.js';
import { type SchemaDefinition } from './schema.js';

/**
 * The user's manager, who is another user of the company. The client sends `value`; the server derives `$ref` and
 * `displayName` from that user. Code recognizes the attribute by this object and not by its name, so an attribute
 * called `manager` in another extension is an ordinary one.
 */
export const MANAGER = attribute('manager', "The user's manager.", {
  type: 'complex',
  subAttributes: [
    attribute('value', "Identifier of the manager's user, as the client sent it."),
    attribute('$ref', "URI of the manager's user.", { type: 'reference', referenceTypes: ['User'] }),
    attribute('displayName', "The manager's present name.", { mutability: 'readOnly' }),
  ],
});

/**
 * The Enterprise extension of User. RFC 7643 §4.3 says what its attributes mean; §8.7.1 prints their
 * characteristics, which stand here with the published errata.
 */
export const ENTERPRISE_USER_SCHEMA: SchemaDefinition = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'Enterprise user',
  attributes: [
    attribute('employeeNumber', 'Number or code that the organization gives the user.'),
    attribute('costCenter', 'Name of the cost center.'),
    attribute('organization', 'Name of the organization.'),
    attribute('division', 'Name of the division.'),
    attribute('department', 'Name of the department.'),
    MANAGER,
  ],
};
