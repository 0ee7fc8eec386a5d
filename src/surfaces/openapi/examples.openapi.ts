import { type Json, type JsonObject } from '../../protocol/json.js';
import { BULK_REQUEST_URN, BULK_RESPONSE_URN } from '../../protocol/message/bulk-request.js';
import { listResponse } from '../../protocol/message/list-response.js';
import { SEARCH_REQUEST_SCHEMA } from '../../protocol/message/search-request.js';
import { PATCH_OP_URN } from '../../protocol/patch/patch-message.js';
import {
  representGroupHead,
  representMember,
  representUser,
  locationsBelow,
} from '../../protocol/resource/representation.js';
import {
  type Attributes,
  type Member,
  type StoredGroup,
  type StoredUser,
} from '../../protocol/resource/resource.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/enterprise-user.schema.js';
import { GROUP_SCHEMA } from '../../protocol/schema/group.schema.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../protocol/schema/resource-types.js';
import { USER_SCHEMA } from '../../protocol/schema/user.schema.js';
import { type Examples } from './operation.openapi.js';
import { type TypeName } from './schema.openapi.js';

/*
 * The resources that examples are about, and the messages about them in the form of RFC 7643 and RFC 7644: a user, a
 * second one, and a group that the second one is a member of. `test/openapi/tried-examples.spec.ts` sends every request
 * with ids of its own and compares every answer.
 */

/** Whoever tries an example puts ids of the company in their place. */
export const EXAMPLE_IDS = {
  user: '1377f104617182e1',
  member: '66f584886171b51d',
  group: '027230536171b51d',
} as const;

/** Where the server of the examples is reached. */
export const EXAMPLE_ORIGIN = 'https://scim.example.com';

/** The limits of a server whose settings name none. */
export const EXAMPLE_LIMITS = { maxOperations: 1000, maxPayloadSize: 16 * 1024 * 1024 };
/** Of a body that is about no group and no bulk job, in bytes. */
export const EXAMPLE_USER_BODY_LIMIT = 1024 * 1024;
export const EXAMPLE_BODY_TIMEOUT_MS = 30_000;
/** The slug of the company of examples. */
export const EXAMPLE_COMPANY = 'acme';
/** A hold of removals: by what it began, and when. */
export const EXAMPLE_HELD = {
  rule: { kind: 'users', removed: 1001, of: 10_000, windowMinutes: 60, percent: 10 },
  since: '2026-03-02T08:14:05Z',
} as const;

const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;

const USER_ATTRIBUTES = {
  externalId: '701984',
  userName: 'bjensen@example.com',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  active: true,
  emails: [{ value: 'bjensen@example.com', type: 'work', primary: true }],
  [ENTERPRISE]: { employeeNumber: '701984', department: 'Tours' },
};
const GROUP_ATTRIBUTES = { externalId: '8f2e', displayName: 'Tour Guides' };

const USER_REQUEST = { schemas: [USER_SCHEMA.id, ENTERPRISE], ...USER_ATTRIBUTES };
const GROUP_REQUEST = { schemas: [GROUP_SCHEMA.id], ...GROUP_ATTRIBUTES };

/** The second user, as whoever tries the examples may create him. */
export const MEMBER_REQUEST = { schemas: [USER_SCHEMA.id], userName: 'userEmail@example.test' };

const NEW_NAME = 'City Guides';

/** A user comes without membership; a group that has none at first can be created as it stands. */
export const CREATIONS = {
  User: { user: USER_REQUEST },
  Group: {
    withoutMembers: { ...GROUP_REQUEST, members: [] },
    withAMember: { ...GROUP_REQUEST, members: [{ value: EXAMPLE_IDS.member }] },
  },
};

export const patchOf = (...operations: readonly object[]): JsonObject =>
  ({ schemas: [PATCH_OP_URN], Operations: operations }) as JsonObject;

export const PATCHES = {
  User: {
    deactivate: patchOf({ op: 'replace', path: 'active', value: false }),
    setLanguage: patchOf({ op: 'replace', path: 'preferredLanguage', value: 'en-GB' }),
  },
  Group: {
    addAMember: patchOf({ op: 'add', path: 'members', value: [{ value: EXAMPLE_IDS.user }] }),
    removeAMember: patchOf({ op: 'remove', path: `members[value eq "${EXAMPLE_IDS.member}"]` }),
    rename: patchOf({ op: 'replace', path: 'displayName', value: NEW_NAME }),
  },
};

export const SEARCHES = {
  User: searchOf('userName eq "bjensen@example.com"', 'userName'),
  Group: searchOf('displayName eq "Tour Guides"', 'displayName'),
  Resource: searchOf('externalId eq "701984"', 'userName', 'displayName'),
};

export const BULK: Examples = {
  aUserAndHisGroup: {
    schemas: [BULK_REQUEST_URN],
    failOnErrors: 1,
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'barbara', data: USER_REQUEST },
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'guides',
        data: { ...GROUP_REQUEST, members: [{ value: 'bulkId:barbara' }] },
      },
    ],
  },
};

function searchOf(filter: string, ...attributes: readonly string[]): Examples {
  return { search: { schemas: [SEARCH_REQUEST_SCHEMA], filter, attributes, count: 10 } };
}

const CREATED = {
  version: '1',
  created: '2026-11-28T09:00:00.000Z',
  lastModified: '2026-11-28T09:00:00.000Z',
};
const CHANGED = { ...CREATED, version: '2', lastModified: '2026-11-28T09:05:00.000Z' };

const STORED_USER: StoredUser = { id: EXAMPLE_IDS.user, ...CREATED, attributes: USER_ATTRIBUTES };
const STORED_GROUP: StoredGroup = { id: EXAMPLE_IDS.group, ...CREATED, attributes: GROUP_ATTRIBUTES };

const MEMBER: Member = { value: EXAMPLE_IDS.member, type: 'User', display: MEMBER_REQUEST.userName };
const ADDED: Member = { value: EXAMPLE_IDS.user, type: 'User', display: USER_ATTRIBUTES.userName };

/** Answers by the name of the request that they answer. */
export interface AnswerExamples {
  readonly created: Examples;
  readonly read: Examples;
  readonly replaced: Examples;
  readonly patched: Examples;
  readonly listed: Examples;
}

/** With the answer to the search above, which asks for a part of the attributes. */
export interface SearchedExamples extends AnswerExamples {
  readonly found: Examples;
}

/** Answers about users in the form of RFC 7643; `base` is what their links begin with. */
export function userAnswers(base: string): SearchedExamples {
  const user = (stored: Partial<StoredUser> = {}): JsonObject =>
    representUser({ ...STORED_USER, ...stored }, BUILT_IN_RESOURCE_TYPES.user, locationsBelow(base));
  const changed = (attributes: Attributes): Partial<StoredUser> => ({
    ...CHANGED,
    attributes: { ...USER_ATTRIBUTES, ...attributes },
  });
  const { schemas, id, userName } = user() as Record<'schemas' | 'id' | 'userName', Json>;
  return {
    created: { user: user() },
    read: { user: user() },
    replaced: { user: user(CHANGED) },
    patched: {
      deactivate: user(changed({ active: false })),
      setLanguage: user(changed({ preferredLanguage: 'en-GB' })),
    },
    listed: { users: listResponse([user()], 1) },
    found: { search: listResponse([{ schemas, id, userName }], 1) },
  };
}

/** Answers about groups in the form of RFC 7643; `base` is what their links begin with. */
export function groupAnswers(base: string): SearchedExamples {
  const locations = locationsBelow(base);
  const group = (members: readonly Member[], stored: Partial<StoredGroup> = {}): JsonObject => ({
    ...representGroupHead({ ...STORED_GROUP, ...stored }, BUILT_IN_RESOURCE_TYPES.group, locations),
    members: members.map((member) => representMember(member, locations)),
  });
  const { schemas, id, displayName } = group([]) as Record<'schemas' | 'id' | 'displayName', Json>;
  return {
    created: { withoutMembers: group([]), withAMember: group([MEMBER]) },
    read: { group: group([MEMBER]) },
    replaced: { withoutMembers: group([], CHANGED), withAMember: group([MEMBER], CHANGED) },
    patched: {
      addAMember: group([MEMBER, ADDED], CHANGED),
      removeAMember: group([], CHANGED),
      rename: group([MEMBER], {
        ...CHANGED,
        attributes: { ...GROUP_ATTRIBUTES, displayName: NEW_NAME },
      }),
    },
    listed: { groups: listResponse([group([MEMBER])], 1) },
    found: { search: listResponse([{ schemas, id, displayName }], 1) },
  };
}

/** The answer to the bulk job above. */
export function bulkAnswer(base: string): Examples {
  const created = (type: TypeName, bulkId: string, id: string): JsonObject => ({
    method: 'POST',
    bulkId,
    location: locationsBelow(base).location(type, id),
    version: 'W/"1"',
    status: '201',
  });
  const Operations = [
    created('User', 'barbara', EXAMPLE_IDS.user),
    created('Group', 'guides', EXAMPLE_IDS.group),
  ];
  return { aUserAndHisGroup: { schemas: [BULK_RESPONSE_URN], Operations } };
}
