import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { locationsBelow, representGroupHead, representMember, representUser } from './representation.js';
import { type StoredUser } from './resource.js';
import { versionTag } from './version.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const base = locationsBelow('https://x/scim');
const stored: StoredUser = {
  id: '00000000000000a1',
  version: '7',
  created: '2026-01-01T00:00:00.000Z',
  lastModified: '2026-01-02T00:00:00.000Z',
  attributes: { userName: 'a', active: true, [ENTERPRISE]: { manager: { value: '00000000000000b2' } } },
};

describe('representUser', () => {
  it('READ-05, READ-06: names schemas, id, meta; manager stays as stored where it names nobody', () => {
    expect(representUser(stored, BUILT_IN_RESOURCE_TYPES.user, base)).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
      id: stored.id,
      userName: 'a',
      active: true,
      [ENTERPRISE]: { manager: { value: '00000000000000b2' } },
      meta: {
        resourceType: 'User',
        created: stored.created,
        lastModified: stored.lastModified,
        location: `https://x/scim/Users/${stored.id}`,
        version: 'W/"7"',
      },
    });
  });

  it('READ-08: leaves out the extension and the groups that are not there', () => {
    const bare = { ...stored, attributes: { userName: 'a' }, groups: [] };
    expect(Object.keys(representUser(bare, BUILT_IN_RESOURCE_TYPES.user, base))).toEqual([
      'schemas',
      'id',
      'userName',
      'meta',
    ]);
    expect(representUser(bare, BUILT_IN_RESOURCE_TYPES.user, base)['schemas']).toHaveLength(1);
  });

  it('GRP-05, READ-09: adds groups and manager data with their URIs', () => {
    const full: StoredUser = {
      ...stored,
      groups: [{ value: 'g1', display: 'G', type: 'indirect' }],
      manager: { id: '00000000000000b2', display: 'Boss' },
    };
    const shown = representUser(full, BUILT_IN_RESOURCE_TYPES.user, base);
    expect(shown['groups']).toEqual([
      { value: 'g1', $ref: 'https://x/scim/Groups/g1', display: 'G', type: 'indirect' },
    ]);
    expect(shown[ENTERPRISE]).toEqual({
      manager: {
        value: '00000000000000b2',
        $ref: 'https://x/scim/Users/00000000000000b2',
        displayName: 'Boss',
      },
    });
    expect(shown['meta']).toHaveProperty('version', versionTag(full));
    expect(full.attributes[ENTERPRISE]).toEqual({ manager: { value: '00000000000000b2' } });
  });
});

it('GRP-02: a group without its members, and a member', () => {
  const group = { ...stored, attributes: { displayName: 'G', externalId: 'e' } };
  expect(representGroupHead(group, BUILT_IN_RESOURCE_TYPES.group, base)).toMatchObject({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'G',
    meta: { resourceType: 'Group', location: `https://x/scim/Groups/${stored.id}` },
  });
  expect(representMember({ value: 'u', type: 'User', display: 'U' }, base)).toEqual({
    value: 'u',
    $ref: 'https://x/scim/Users/u',
    display: 'U',
    type: 'User',
  });
});
