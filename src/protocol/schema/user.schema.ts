import { attribute, multiValuedAttribute, primary } from './define-attribute.js';
import { type SchemaDefinition } from './schema.js';

const NAME = attribute('name', "The parts of the user's name.", {
  type: 'complex',
  subAttributes: [
    attribute('formatted', 'The whole name as it is shown.'),
    attribute('familyName', 'Family name, or last name in most Western languages.'),
    attribute('givenName', 'Given name, or first name in most Western languages.'),
    attribute('middleName', 'Middle names.'),
    attribute('honorificPrefix', 'Title in front of the name, such as "Ms.".'),
    attribute('honorificSuffix', 'Suffix behind the name, such as "III".'),
  ],
});

const ADDRESSES = attribute('addresses', "The user's postal addresses.", {
  type: 'complex',
  multiValued: true,
  subAttributes: [
    attribute('formatted', 'The whole address as it is printed; it may hold line breaks.'),
    attribute('streetAddress', 'Street, house number and the like; it may hold line breaks.'),
    attribute('locality', 'City or locality.'),
    attribute('region', 'State or region.'),
    attribute('postalCode', 'Postal code.'),
    attribute('country', 'Country, as the two letters of ISO 3166-1.'),
    attribute('type', 'What this address is for.', { canonicalValues: ['work', 'home', 'other'] }),
    // RFC 7643 §8.7.1 leaves it out of the printed schema, though §2.4 gives it to every multi-valued attribute. An
    // erratum adds it.
    primary('address'),
  ],
});

const GROUPS = attribute('groups', 'The groups that the user is in, directly or by way of other groups.', {
  type: 'complex',
  multiValued: true,
  mutability: 'readOnly',
  subAttributes: [
    attribute('value', 'Identifier of the group.', { mutability: 'readOnly' }),
    attribute('$ref', 'URI of the group.', {
      type: 'reference',
      referenceTypes: ['User', 'Group'],
      mutability: 'readOnly',
    }),
    attribute('display', 'Name of the group.', { mutability: 'readOnly' }),
    attribute('type', 'Whether the membership is direct or comes by way of a nested group.', {
      canonicalValues: ['direct', 'indirect'],
      mutability: 'readOnly',
    }),
  ],
});

/**
 * The core User schema. RFC 7643 §4.1 says what its attributes mean; §8.7.1 prints their characteristics, which
 * stand here with the published errata. `password` is left out, since this server never keeps one.
 */
export const USER_SCHEMA: SchemaDefinition = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'User account',
  attributes: [
    attribute(
      'userName',
      'The name by which the user signs in; unique in the company, without regard to case.',
      {
        required: true,
        uniqueness: 'server',
      },
    ),
    NAME,
    attribute('displayName', 'The name shown to other people.'),
    attribute('nickName', 'What the user is casually called.'),
    attribute('profileUrl', "Page that shows the user's profile.", {
      type: 'reference',
      referenceTypes: ['external'],
    }),
    attribute('title', "The user's job title."),
    attribute('userType', 'Relation of the user to the organization, such as "Employee" or "Contractor".'),
    attribute(
      'preferredLanguage',
      'Languages the user likes to read, in the form of an Accept-Language header.',
    ),
    attribute('locale', 'Locale for dates, numbers and currency, such as "en-US".'),
    attribute('timezone', 'Time zone by its IANA name, such as "Europe/Paris".'),
    attribute('active', 'Whether the user may use the service.', { type: 'boolean' }),
    multiValuedAttribute('emails', 'e-mail address', { kinds: ['work', 'home', 'other'] }),
    multiValuedAttribute('phoneNumbers', 'phone number', {
      kinds: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    multiValuedAttribute('ims', 'instant messaging address', {
      kinds: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
    }),
    multiValuedAttribute('photos', 'photo', {
      kinds: ['photo', 'thumbnail'],
      value: { type: 'reference', referenceTypes: ['external'] },
    }),
    ADDRESSES,
    GROUPS,
    multiValuedAttribute('entitlements', 'entitlement'),
    multiValuedAttribute('roles', 'role'),
    multiValuedAttribute('x509Certificates', 'certificate', { value: { type: 'binary' } }),
  ],
};
