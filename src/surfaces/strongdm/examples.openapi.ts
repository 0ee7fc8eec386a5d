import { GROUP_SCHEMA } from '../../protocol/schema/group.schema.js';
import { listResponse } from '../../protocol/message/list-response.js';
import { USER_SCHEMA } from '../../protocol/schema/user.schema.js';
import { type JsonObject } from '../../protocol/json.js';
import { type AnswerExamples, EXAMPLE_IDS, MEMBER_REQUEST, patchOf } from '../openapi/examples.openapi.js';
import { withPrefix } from './prefixed-id.js';
import { PAGE_SIZE } from './list-request.js';

/** The document's own examples, and others about the same user and group. */

const GROUP_ID = withPrefix('Group', EXAMPLE_IDS.group);
const USER_ID = withPrefix('User', EXAMPLE_IDS.user);

const MEMBER = { value: withPrefix('User', EXAMPLE_IDS.member), display: MEMBER_REQUEST.userName };

const GROUP_REQUEST = { schemas: [GROUP_SCHEMA.id], displayName: 'RoleName', members: [MEMBER] };
const GROUP = {
  ...GROUP_REQUEST,
  id: GROUP_ID,
  meta: { resourceType: 'Group', location: `Groups/${GROUP_ID}` },
};

const USER_REQUEST = {
  schemas: [USER_SCHEMA.id],
  userName: 'myUser@example.test',
  name: { givenName: 'Firstname', familyName: 'Lastname' },
  active: true,
};
const USER = {
  active: true,
  displayName: 'Firstname Lastname',
  emails: [{ primary: true, value: 'myUser@example.test' }],
  groups: [],
  id: USER_ID,
  meta: { resourceType: 'User', location: `Users/${USER_ID}` },
  name: { familyName: 'Lastname', formatted: 'Firstname Lastname', givenName: 'Firstname' },
  schemas: [USER_SCHEMA.id],
  userName: 'myUser@example.test',
  userType: 'user',
};

const ADDED = { value: USER_ID, display: USER.userName };

export const REQUESTS = {
  User: {
    whole: { documented: USER_REQUEST },
    patch: { active: patchOf({ op: 'replace', value: { active: false } }) },
  },
  Group: {
    whole: { documented: GROUP_REQUEST },
    patch: {
      addMembers: patchOf({ op: 'add', path: 'members', value: [ADDED] }),
      removeMember: patchOf({ op: 'remove', path: `members[value eq "${MEMBER.value}"]` }),
      rename: patchOf({ op: 'replace', value: { displayName: 'newName' } }),
      replaceMembers: patchOf({ op: 'replace', path: 'members', value: [ADDED] }),
    },
  },
};

export const ANSWERS: Readonly<Record<'User' | 'Group', AnswerExamples>> = {
  User: {
    created: { created: USER },
    read: { resource: USER },
    replaced: { resource: USER },
    patched: { active: { ...USER, active: false }, resource: USER },
    listed: { users: pageOf(USER) },
  },
  Group: {
    created: { created: GROUP },
    read: { resource: GROUP },
    replaced: { resource: GROUP },
    patched: {
      addMembers: { ...GROUP, members: [MEMBER, ADDED] },
      removeMember: { ...GROUP, members: [] },
      rename: { ...GROUP, displayName: 'newName' },
      replaceMembers: { ...GROUP, members: [ADDED] },
    },
    listed: { groups: pageOf(GROUP) },
  },
};

/** As documented, itemsPerPage is the page size that was asked for. */
function pageOf(resource: object): JsonObject {
  return { ...listResponse([resource as JsonObject], 1), itemsPerPage: PAGE_SIZE };
}
