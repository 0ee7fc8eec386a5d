import { STRONGDM_SURFACE } from '../../../../src/surfaces/strongdm/strongdm.surface.js';
import { type Attempt, listBy, type TenancyTrial } from '../tenancy.trial.js';
import { createGroup, createUser, groupBody, MOUNT, USER, userBody } from './strongdm-client.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const patchOf = (operation: object): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [operation],
});

/** The id with both prefixes, since an outsider need not know which kind it is. */
const members = (id: string): object[] => [{ value: `a-${id}` }, { value: `r-${id}` }];
const user = (id: string): Attempt => ({ path: `/Users/a-${id}` });
const group = (id: string): Attempt => ({ path: `/Groups/r-${id}` });

export const STRONGDM_TRIAL: TenancyTrial = {
  surface: STRONGDM_SURFACE,
  base: ({ origin }) => origin + MOUNT,
  settle: async (client, name) => {
    const { id } = await createUser(client, { userName: `${name}@example.test` });
    const held = await createGroup(client, { displayName: name, members: [{ value: id }] });
    return { user: id.slice(2), group: held.id.slice(2) };
  },
  attempts: {
    'GET /Users': (id) => [
      { path: `/Users?id=a-${id}` },
      listBy('Users', 'userName eq "canary@example.test"'),
    ],
    'POST /Users': (id) => [
      {
        path: '/Users',
        body: userBody({
          id: `a-${id}`,
          userName: 'new@example.test',
          schemas: [USER, ENTERPRISE],
          [ENTERPRISE]: { manager: { value: `a-${id}` } },
        }),
      },
    ],
    'GET /Users/:id': (id) => [user(id)],
    'PUT /Users/:id': (id) => [
      { ...user(id), body: userBody({ userName: 'taken@example.test' }) },
      { ...user(id), body: {} },
      { ...user(id), body: '{' },
    ],
    'PATCH /Users/:id': (id) => [
      { ...user(id), body: patchOf({ op: 'replace', value: { active: false } }) },
      { ...user(id), body: patchOf({ op: 'replace', value: { title: 'x' } }), headers: { 'If-Match': '*' } },
    ],
    'DELETE /Users/:id': (id) => [user(id), { ...user(id), headers: { 'If-Match': 'W/"1"' } }],
    'GET /Groups': (id) => [{ path: `/Groups?id=r-${id}` }, listBy('Groups', 'displayName eq "canary"')],
    'POST /Groups': (id) => [
      { path: '/Groups', body: groupBody({ displayName: 'Borrowed', members: members(id) }) },
      { path: '/Groups', body: { displayName: 'canary' } },
    ],
    'GET /Groups/:id': (id) => [group(id)],
    'PUT /Groups/:id': (id, own) => [
      { ...group(id), body: groupBody({ displayName: 'Taken' }) },
      { path: `/Groups/r-${own}`, body: groupBody({ displayName: 'Ours', members: members(id) }) },
    ],
    'PATCH /Groups/:id': (id, own) => [
      { ...group(id), body: patchOf({ op: 'replace', value: { displayName: 'Taken' } }) },
      { ...group(id), body: patchOf({ op: 'replace', path: 'members', value: [] }) },
      { path: `/Groups/r-${own}`, body: patchOf({ op: 'add', path: 'members', value: members(id) }) },
      { path: `/Groups/r-${own}`, body: patchOf({ op: 'replace', path: 'members', value: members(id) }) },
      { path: `/Groups/r-${own}`, body: patchOf({ op: 'remove', path: `members[value eq "a-${id}"]` }) },
      { path: `/Groups/r-${own}`, body: patchOf({ op: 'remove', path: `members[value eq "r-${id}"]` }) },
    ],
    'DELETE /Groups/:id': (id) => [group(id), { ...group(id), headers: { 'If-Match': '*' } }],
    'GET /ResourceTypes': () => [],
    'GET /ResourceTypes/:name': (id) => [{ path: `/ResourceTypes/r-${id}` }],
    'GET /Schemas': () => [],
    'GET /Schemas/:urn': (id) => [{ path: `/Schemas/r-${id}` }],
    'GET /ServiceProviderConfig': (id) => [{ path: `/ServiceProviderConfig?id=r-${id}` }],
  },
};
