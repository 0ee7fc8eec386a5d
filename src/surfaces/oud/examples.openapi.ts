import { type JsonObject } from '../../protocol/json.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import { GROUP_SCHEMA } from '../../protocol/schema/group.schema.js';
import { OUD_GROUP_SCHEMA } from '../../protocol/schema/oud-group.schema.js';
import { USER_SCHEMA } from '../../protocol/schema/user.schema.js';
import {
  type AnswerExamples,
  EXAMPLE_IDS,
  EXAMPLE_ORIGIN,
  MEMBER_REQUEST,
  patchOf,
} from '../openapi/examples.openapi.js';
import { OUD_SURFACE } from './oud.surface.js';

const USER = USER_SCHEMA.id;
const GROUP = GROUP_SCHEMA.id;
const OUD_GROUP = OUD_GROUP_SCHEMA.id;

export const BASE = `${EXAMPLE_ORIGIN}/${OUD_SURFACE.mount}`;

const CORE_USER = {
  userName: [{ value: 'bjensen' }],
  name: [{ formatted: 'Barbara Jensen', givenName: 'Barbara', familyName: 'Jensen' }],
  emails: [{ value: 'bjensen@example.com' }],
};
const LDAP_GROUP = { businessCategory: ['Research'], o: ['Example'], ou: ['Engineering'] };

const MEMBER = { value: EXAMPLE_IDS.member, display: MEMBER_REQUEST.userName };
const ADDED = { value: EXAMPLE_IDS.user, display: 'Barbara Jensen' };

const groupRequest = (...members: readonly object[]): object => ({
  schemas: [GROUP, OUD_GROUP],
  [GROUP]: { displayName: 'Eng', members },
  [OUD_GROUP]: LDAP_GROUP,
});

const memberPatch = (op: string, value: string): JsonObject =>
  patchOf({ op, path: `${GROUP}:members`, value: [{ value }] });

export const REQUESTS = {
  User: {
    whole: { user: { schemas: [USER], [USER]: CORE_USER } },
    patch: { rename: patchOf({ op: 'replace', path: `${USER}:displayName`, value: ['Barbara'] }) },
  },
  Group: {
    whole: { withoutMembers: groupRequest(), withAMember: groupRequest({ value: EXAMPLE_IDS.member }) },
    patch: {
      addAMember: memberPatch('add', EXAMPLE_IDS.user),
      removeAMember: memberPatch('delete', EXAMPLE_IDS.member),
      rename: patchOf({ op: 'replace', path: `${GROUP}:displayName`, value: ['Engineering'] }),
    },
  },
};

/** Lists and single entries have the same wrapper. */
export const wrapped = (...documents: readonly object[]): object => ({
  schemas: LIST_RESPONSE_SCHEMA,
  totalResults: documents.length,
  Resources: documents,
});

const entry = (type: 'User' | 'Group', id: string, objects: object): object => ({
  schemas: type === 'User' ? USER : GROUP,
  id,
  meta: { location: `${BASE}/${type}s/${id}`, resourceType: type },
  ...objects,
});

const user = (more: object = {}): object =>
  wrapped(entry('User', EXAMPLE_IDS.user, { [USER]: { ...CORE_USER, active: [{ value: true }], ...more } }));

const group = (displayName: string, ...members: readonly object[]): object =>
  wrapped(entry('Group', EXAMPLE_IDS.group, { [GROUP]: { displayName, members }, [OUD_GROUP]: LDAP_GROUP }));

export const ANSWERS: Readonly<Record<'User' | 'Group', AnswerExamples>> = {
  User: {
    created: { user: user() },
    read: { user: user() },
    replaced: { user: user() },
    patched: { rename: user({ displayName: [{ value: 'Barbara' }] }) },
    listed: { users: user() },
  },
  Group: {
    created: { withoutMembers: group('Eng'), withAMember: group('Eng', MEMBER) },
    read: { group: group('Eng', MEMBER) },
    replaced: { withoutMembers: group('Eng'), withAMember: group('Eng', MEMBER) },
    patched: {
      addAMember: group('Eng', MEMBER, ADDED),
      removeAMember: group('Eng'),
      rename: group('Engineering', MEMBER),
    },
    listed: { groups: group('Eng', MEMBER) },
  },
};
