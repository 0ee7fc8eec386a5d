import { OUD_SURFACE } from '../../../../src/surfaces/oud/oud.surface.js';
import { listBy, type TenancyTrial } from '../tenancy.trial.js';
import { createGroup, createUser, ENTERPRISE, GROUP, MOUNT, PATCH_OP, userBody } from './oud.js';

const ops = (...Operations: object[]): object => ({ schemas: [PATCH_OP], Operations });
const group = (displayName: string, members: string[]): object => ({
  schemas: [GROUP],
  [GROUP]: { displayName, members },
});

export const OUD_TRIAL: TenancyTrial = {
  surface: OUD_SURFACE,
  base: ({ origin }) => origin + MOUNT,
  contentType: 'application/scim+json',
  settle: async (client, name) => {
    const user = (await createUser(client, { userName: name })).id as string;
    return { user, group: (await createGroup(client, { displayName: name, members: [user] })).id as string };
  },
  attempts: {
    'GET /Users': (id) => [
      listBy('Users', `id eq "${id}"`),
      listBy('Users', `groups.value eq "${id}"`),
      listBy('Users', `${ENTERPRISE}:manager.value eq "${id}"`),
    ],
    'POST /Users': (id) => [
      { path: '/Users', body: { ...userBody({ userName: 'x' }, { manager: [{ managerId: id }] }), id } },
    ],
    'GET /Users/:entryUUID': (id) => [{ path: `/Users/${id}` }],
    'PUT /Users/:entryUUID': (id) => [
      { path: `/Users/${id}`, body: userBody({ userName: 'taken' }) },
      { path: `/Users/${id}`, body: {} },
    ],
    'PATCH /Users/:entryUUID': (id) => [
      { path: `/Users/${id}`, body: ops({ op: 'replace', path: 'active', value: [false] }) },
      { path: `/Users/${id}`, body: ops({ op: 'move' }) },
    ],
    'DELETE /Users/:entryUUID': (id) => [{ path: `/Users/${id}` }],
    'GET /Groups': (id) => [
      listBy('Groups', `id eq "${id}"`),
      listBy('Groups', `members.value eq "${id}"`),
      listBy('Groups', `not (id ne "${id}")`),
    ],
    'POST /Groups': (id) => [{ path: '/Groups', body: group('Borrowed', [id]) }],
    'GET /Groups/:entryUUID': (id) => [{ path: `/Groups/${id}` }],
    'PUT /Groups/:entryUUID': (id, own) => [
      { path: `/Groups/${id}`, body: group('Taken', []) },
      { path: `/Groups/${own}`, body: group('Own', [id]) },
    ],
    'PATCH /Groups/:entryUUID': (id, own) => [
      { path: `/Groups/${id}`, body: ops({ op: 'delete', path: 'members' }) },
      { path: `/Groups/${own}`, body: ops({ op: 'add', path: 'members', value: [{ value: id }] }) },
      { path: `/Groups/${own}`, body: ops({ op: 'delete', path: 'members', value: [id] }) },
      { path: `/Groups/${own}`, body: ops({ op: 'delete', path: `members[value eq "${id}"]` }) },
    ],
    'DELETE /Groups/:entryUUID': (id) => [{ path: `/Groups/${id}` }],
    'GET /Me': (id) => [{ path: `/Me?id=${id}` }],
    'PUT /Me': (id) => [{ path: `/Me?id=${id}`, body: userBody({ userName: 'x' }) }],
    'PATCH /Me': (id) => [{ path: `/Me?id=${id}`, body: ops() }],
    'DELETE /Me': (id) => [{ path: `/Me?id=${id}` }],
    'GET /ResourceTypes': (id) => [{ path: `/ResourceTypes?id=${id}` }],
    'GET /Schemas': (id) => [{ path: `/Schemas?id=${id}` }],
    'GET /Schemas/:schemaID': (id) => [{ path: `/Schemas/${id}` }],
  },
};
