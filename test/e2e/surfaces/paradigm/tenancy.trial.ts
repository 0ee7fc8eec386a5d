import { PARADIGM_SURFACE } from '../../../../src/surfaces/paradigm/paradigm.surface.js';
import { type Attempt, created, listBy, type TenancyTrial } from '../tenancy.trial.js';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

const ops = (...Operations: object[]): object => ({ Operations });
const search = (resource: string, filter: string): Attempt => ({
  path: `/${resource}/.search`,
  body: { schemas: [SEARCH], filter },
});

export const PARADIGM_TRIAL: TenancyTrial = {
  surface: PARADIGM_SURFACE,
  base: ({ origin }) => `${origin}/scim/v2`,
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
    'POST /Users/.search': (id) => [
      search('Users', `id eq "${id}"`),
      search('Users', `groups.value eq "${id}"`),
    ],
    'POST /Users': (id) => [{ path: '/Users', body: { userName: 'newcomer', id } }],
    'GET /Users/:id': (id) => [{ path: `/Users/${id}` }, { path: `/Users/${id}?attributes=id` }],
    'PUT /Users/:id': (id) => [
      { path: `/Users/${id}`, body: { userName: 'taken.over' } },
      { path: `/Users/${id}`, body: {} },
    ],
    'PATCH /Users/:id': (id) => [
      { path: `/Users/${id}`, body: ops({ op: 'replace', path: 'active', value: false }) },
      { path: `/Users/${id}`, body: ops({ op: 'move' }) },
    ],
    'DELETE /Users/:id': (id) => [{ path: `/Users/${id}` }],
    'GET /Groups': (id) => [
      listBy('Groups', `id eq "${id}"`),
      listBy('Groups', `members.value eq "${id}"`),
      listBy('Groups', `not (id ne "${id}")`),
    ],
    'POST /Groups/.search': (id) => [
      search('Groups', `id eq "${id}"`),
      search('Groups', `members eq "${id}"`),
    ],
    'POST /Groups': (id) => [
      { path: '/Groups', body: { displayName: 'Borrowed', members: [{ value: id }] } },
    ],
    'PATCH /Groups': (id, own) => [
      { path: '/Groups', body: { id, ...ops({ op: 'remove', path: 'members' }) } },
      { path: '/Groups', body: { id, ...ops({ op: 'move' }) } },
      { path: '/Groups', body: { id: own, ...ops({ op: 'add', path: 'members', value: id }) } },
    ],
    'GET /Groups/:id': (id) => [{ path: `/Groups/${id}` }, { path: `/Groups/${id}?attributes=id` }],
    'PATCH /Groups/:id': (id, own) => [
      { path: `/Groups/${id}`, body: ops({ op: 'remove', path: 'members' }) },
      { path: `/Groups/${own}`, body: { id, ...ops({ op: 'replace', path: 'displayName', value: 'Mine' }) } },
      { path: `/Groups/${own}`, body: ops({ op: 'add', path: 'members', value: id }) },
      { path: `/Groups/${own}`, body: ops({ op: 'remove', path: `members[value eq "${id}"]` }) },
    ],
    'DELETE /Groups/:id': (id) => [{ path: `/Groups/${id}` }],
    'GET /ServiceProviderConfig': (id) => [{ path: `/ServiceProviderConfig?id=${id}` }],
    'GET /ResourceTypes': (id) => [{ path: `/ResourceTypes?id=${id}` }],
    'GET /ResourceTypes/:name': (id) => [{ path: `/ResourceTypes/${id}` }],
    'GET /Schemas': (id) => [{ path: `/Schemas?id=${id}` }],
    'GET /Schemas/:urn': (id) => [{ path: `/Schemas/${id}` }],
  },
};
