/** The document's own examples. */

const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';
const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const MEMBER = { value: 'a-66f584886171b51d', display: 'userEmail@example.test' };

export const GROUP_REQUEST = { schemas: [GROUP_SCHEMA], displayName: 'RoleName', members: [MEMBER] };

export const GROUP = {
  schemas: [GROUP_SCHEMA],
  displayName: 'RoleName',
  id: 'r-027230536171b51d',
  members: [MEMBER],
  meta: { resourceType: 'Group', location: 'Groups/r-027230536171b51d' },
};

export const USER_REQUEST = {
  schemas: [USER_SCHEMA],
  userName: 'myUser@example.test',
  name: { givenName: 'Firstname', familyName: 'Lastname' },
  active: true,
};

export const USER = {
  active: true,
  displayName: 'Firstname Lastname',
  emails: [{ primary: true, value: 'myUser@example.test' }],
  groups: [],
  id: 'a-1377f104617182e1',
  meta: { resourceType: 'User', location: 'Users/a-1377f104617182e1' },
  name: { familyName: 'Lastname', formatted: 'Firstname Lastname', givenName: 'Firstname' },
  schemas: [USER_SCHEMA],
  userName: 'myUser@example.test',
  userType: 'user',
};

const patch = (operation: object): { value: object } => ({
  value: { schemas: [PATCH_SCHEMA], Operations: [operation] },
});

export const PATCH_REQUESTS = {
  User: { active: patch({ op: 'replace', value: { active: false } }) },
  Group: {
    rename: patch({ op: 'replace', value: { displayName: 'newName' } }),
    addMembers: patch({ op: 'add', path: 'members', value: [MEMBER] }),
    replaceMembers: patch({ op: 'replace', path: 'members', value: [MEMBER] }),
    removeMember: patch({ op: 'remove', path: `members[value eq "${MEMBER.value}"]` }),
  },
};

const error = (status: string, detail: string, scimType?: string): object => ({
  schemas: [ERROR_SCHEMA],
  ...(scimType !== undefined && { scimType }),
  detail,
  status,
});

export const BLANK_NAME_ERROR = error(
  '400',
  'could not create role: cannot create role: invalid operation: name cannot be empty',
);
export const MALFORMED_MEMBER_ERROR = error('400', 'cannot parse member id: aa-123134');
export const BLANK_EMAIL_ERROR = error(
  '400',
  'could not create user: cannot create user: invalid operation: email cannot be blank',
);
export const TAKEN_ERROR = error(
  '409',
  'One or more of the attribute values are already in use or are reserved.',
  'uniqueness',
);
export const NOT_FOUND_ERROR = error('404', 'Resource r-1230954 not found.');
