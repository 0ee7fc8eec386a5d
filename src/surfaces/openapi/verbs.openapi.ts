import { type DocumentedOperation } from './operation.openapi.js';
import {
  CONDITIONAL,
  ON_ONE,
  READING,
  REFUSALS,
  refusalsOfPatch,
  refusalsOfResource,
  WITH_BODY,
  REMOVING,
  WRITING,
} from './refusals.openapi.js';
import { type TypeName } from './schema.openapi.js';

type Verb = Pick<DocumentedOperation, 'method' | 'summary' | 'description' | 'refusals'>;

const { malformedFilter, malformedIfMatch, attributesAndExcludedAttributes } = REFUSALS;

const ONE = { User: 'a user', Group: 'a group' };
const MANY = { User: 'users', Group: 'groups', Resource: 'users and groups' };

/**
 * What every surface says of an operation, unless its own document says it otherwise: what it does, and what it is
 * refused for.
 */
export const VERBS = {
  list: (type: TypeName | 'Resource'): Verb => ({
    method: 'GET',
    summary: `Find ${MANY[type]}`,
    description: `Lists the company's ${MANY[type]}, or those of them that a filter chooses.`,
    refusals: { ...READING, 400: { malformedFilter } },
  }),
  search: (type: TypeName | 'Resource'): Verb => ({
    method: 'POST',
    summary: `Find ${MANY[type]}, parameters in the body`,
    description:
      'The same list as GET gives, for filters that are too long for a URL or too private for logs.',
    refusals: { ...READING, ...WITH_BODY, 400: { malformedFilter } },
  }),
  create: (type: TypeName): Verb => ({
    method: 'POST',
    summary: `Create ${ONE[type]}`,
    description:
      type === 'User'
        ? 'The answer holds the id, which names the user in paths and as a member of groups.'
        : 'Members can come with the group or be added later. They have to exist.',
    refusals: { ...WRITING, ...refusalsOfResource(type) },
  }),
  read: (type: TypeName): Verb => ({
    method: 'GET',
    summary: `Read ${ONE[type]}`,
    description:
      type === 'User'
        ? 'A user with the groups that he is a member of.'
        : 'A group with its members; excludedAttributes=members leaves them out.',
    refusals: { ...READING, ...ON_ONE, 400: { attributesAndExcludedAttributes } },
  }),
  replace: (type: TypeName): Verb => ({
    method: 'PUT',
    summary: `Replace ${ONE[type]}`,
    description:
      type === 'User'
        ? "The body takes the place of the user's attributes. Memberships are those of the groups and stay."
        : "The body takes the place of the group's attributes and of all its members.",
    refusals: { ...REMOVING, ...ON_ONE, ...CONDITIONAL, ...refusalsOfResource(type) },
  }),
  patch: (type: TypeName): Verb => ({
    method: 'PATCH',
    summary: `Change ${ONE[type]}`,
    description:
      type === 'User'
        ? 'Changes some attributes and leaves the others. All operations are carried out, or none.'
        : 'Adds members, removes members or renames the group. All operations are carried out, or none.',
    refusals: { ...REMOVING, ...ON_ONE, ...CONDITIONAL, ...refusalsOfPatch(type) },
  }),
  delete: (type: TypeName): Verb => ({
    method: 'DELETE',
    summary: `Delete ${ONE[type]}`,
    description:
      type === 'User' ? 'The user leaves all groups.' : 'Its members stay, and leave only this group.',
    refusals: { ...REMOVING, ...ON_ONE, ...CONDITIONAL, 400: { malformedIfMatch } },
  }),
};
