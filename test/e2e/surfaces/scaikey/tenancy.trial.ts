import { SCAIKEY_SURFACE } from '../../../../src/surfaces/scaikey/scaikey.surface.js';
import { created, listBy, type TenancyTrial } from '../tenancy.trial.js';
import { baseOf } from './scaikey.js';

const ops = (...Operations: object[]): object => ({ Operations });

export const SCAIKEY_TRIAL: TenancyTrial = {
  surface: SCAIKEY_SURFACE,
  base: baseOf,
  contentType: 'application/json',
  settle: async (client, name) => {
    const user = (await created(client, '/Users', { userName: name, title: name })).id as string;
    const members = [{ value: user }];
    return { user, group: (await created(client, '/Groups', { displayName: name, members })).id as string };
  },
  attempts: {
    'GET /Users': (id) => [
      listBy('Users', `id eq "${id}"`),
      listBy('Users', `groups.value eq "${id}"`),
      listBy('Users', `meta.location ew "${id}"`),
    ],
    'POST /Users': (id) => [{ path: '/Users', body: { userName: 'newcomer', id } }],
    'GET /Users/:user_id': (id) => [{ path: `/Users/${id}` }, { path: `/Users/${id}?attributes=id` }],
    'PUT /Users/:user_id': (id) => [
      { path: `/Users/${id}`, body: { userName: 'taken.over' } },
      { path: `/Users/${id}`, body: {} },
    ],
    'PATCH /Users/:user_id': (id) => [
      { path: `/Users/${id}`, body: ops({ op: 'replace', path: 'active', value: false }) },
      { path: `/Users/${id}`, body: ops({ op: 'move' }) },
      { path: `/Users/${id}`, body: ops({}) },
    ],
    'DELETE /Users/:user_id': (id) => [{ path: `/Users/${id}` }],
    'GET /Groups': (id) => [
      listBy('Groups', `id eq "${id}"`),
      listBy('Groups', `members.value eq "${id}"`),
      listBy('Groups', `not (id ne "${id}")`),
    ],
    'POST /Groups': (id) => [
      { path: '/Groups', body: { displayName: 'Borrowed', members: [{ value: id }] } },
    ],
    'GET /Groups/:group_id': (id) => [{ path: `/Groups/${id}` }, { path: `/Groups/${id}?attributes=id` }],
    'PUT /Groups/:group_id': (id, own) => [
      { path: `/Groups/${id}`, body: { displayName: 'Taken' } },
      { path: `/Groups/${own}`, body: { displayName: 'Own', members: [{ value: id }] } },
    ],
    'PATCH /Groups/:group_id': (id, own) => [
      { path: `/Groups/${id}`, body: ops({ op: 'remove', path: 'members' }) },
      { path: `/Groups/${own}`, body: ops({ op: 'add', path: 'members', value: [{ value: id }] }) },
      { path: `/Groups/${own}`, body: ops({ op: 'remove', path: `members[value eq "${id}"]` }) },
    ],
    'DELETE /Groups/:group_id': (id) => [{ path: `/Groups/${id}` }],
    'POST /Bulk': (id, own) => [
      {
        path: '/Bulk',
        body: {
          Operations: [
            { method: 'DELETE', path: `/Groups/${id}` },
            { method: 'PUT', path: `/Users/${id}`, data: { userName: 'taken.over' } },
            { method: 'PATCH', path: `/Groups/${id}`, data: ops({ op: 'remove', path: 'members' }) },
            {
              method: 'PATCH',
              path: `/Groups/${own}`,
              data: ops({ op: 'add', path: 'members', value: [{ value: id }] }),
            },
            {
              method: 'POST',
              path: '/Groups',
              bulkId: 'b',
              data: { displayName: 'B', members: [{ value: id }] },
            },
          ],
        },
      },
    ],
    'GET /ServiceProviderConfig': (id) => [{ path: `/ServiceProviderConfig?id=${id}` }],
    'GET /ResourceTypes': (id) => [{ path: `/ResourceTypes?id=${id}` }],
    'GET /ResourceTypes/:name': (id) => [{ path: `/ResourceTypes/${id}` }],
    'GET /Schemas': (id) => [{ path: `/Schemas?id=${id}` }],
    'GET /Schemas/:urn': (id) => [{ path: `/Schemas/${id}` }],
  },
};
