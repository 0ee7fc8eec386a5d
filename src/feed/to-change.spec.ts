import { SecretKey } from '../scim/secret-key.js';
import { CHANGE_TYPES } from './change-types.js';
import { ChangeIds } from './change-ids.js';
import { type EntryMember, type FeedEntry } from './feed.store.js';
import { toChange } from './to-change.js';

const ids = new ChangeIds(new SecretKey('a secret of thirty-two characters'));

const entry = (of: Partial<FeedEntry>): FeedEntry => ({
  place: '1',
  companyId: '7',
  slug: 'acme',
  entryId: '055915c25a800064',
  txn: 't',
  credential: null,
  operation: 'create',
  resourceType: 'User',
  resourceId: '055915c25a800063',
  externalId: null,
  display: null,
  userName: null,
  active: null,
  version: 2,
  attributes: [],
  changed: 0,
  members: [],
  detail: null,
  ...of,
});
const change = (of: Partial<FeedEntry>): ReturnType<typeof toChange> =>
  toChange(entry(of), ids, (slug, id) => `https://x/${slug}/${id}`);

const TYPES: readonly (readonly [type: string | undefined, of: Partial<FeedEntry>])[] = [
  ['user.created', { operation: 'create' }],
  ['user.updated', { operation: 'replace' }],
  ['user.updated', { operation: 'patch' }],
  ['user.activated', { operation: 'activate' }],
  ['user.deactivated', { operation: 'deactivate' }],
  ['user.deleted', { operation: 'delete' }],
  ['user.erased', { operation: 'erase' }],
  ['user.created', { operation: 'restore', detail: { deleted: true, active: true } }],
  ['user.activated', { operation: 'restore', detail: { active: true } }],
  ['user.deactivated', { operation: 'restore', detail: { active: false } }],
  ['group.created', { operation: 'create', resourceType: 'Group' }],
  ['group.updated', { operation: 'patch', resourceType: 'Group' }],
  ['group.updated', { operation: 'replace', resourceType: 'Group' }],
  ['group.members', { operation: 'members', resourceType: 'Group' }],
  ['group.deleted', { operation: 'delete', resourceType: 'Group' }],
  ['group.created', { operation: 'restore', resourceType: 'Group', detail: { deleted: true }, changed: 1 }],
  ['group.members', { operation: 'restore', resourceType: 'Group', detail: {}, changed: 1 }],
  ['guard.warned', { operation: 'guard.warned', resourceType: null, resourceId: null }],
  ['guard.held', { operation: 'guard.held', resourceType: null, resourceId: null }],
  ['guard.released', { operation: 'guard.released', resourceType: null, resourceId: null }],
  ['credential.expiring', { operation: 'credential.expiring', resourceType: null, resourceId: null }],
  ['company.suspended', { operation: 'company.suspended', resourceType: null, resourceId: null }],
  ['company.resumed', { operation: 'company.resumed', resourceType: null, resourceId: null }],
  ['company.silent', { operation: 'company.silent', resourceType: null, resourceId: null }],
  [undefined, { operation: 'settings', resourceType: null, resourceId: null }],
  [undefined, { operation: 'credential.issued', resourceType: 'User' }],
  [undefined, { operation: 'constructor', resourceType: 'User' }],
  [undefined, { operation: null, resourceType: null }],
];

it.each(TYPES)('is %s by the word of the journal: %j', (type, of) => {
  expect(change(of)?.type).toBe(type);
});

it('has all types that there are', () => {
  expect(new Set(TYPES.flatMap(([type]) => type ?? []))).toEqual(new Set(CHANGE_TYPES));
});

it('says of no user or group that it was changed where the guard has warned of a request about it', () => {
  const warned = change({
    operation: 'guard.warned',
    resourceType: 'Group',
    version: null,
    detail: { removed: 5 },
  });
  expect(warned).toMatchObject({ type: 'guard.warned', detail: { removed: 5 } });
  expect(warned).not.toHaveProperty('resource');
});

it('tells the details of what concerns the company alone, and leaves out what is not known', () => {
  const detail = { removed: 5 };
  expect(change({ operation: 'guard.held', resourceType: null, resourceId: null, detail })).toEqual({
    id: ids.idOf({ companyId: '7', entryId: '055915c25a800064' }),
    type: 'guard.held',
    time: '2026-11-29T09:35:38.858Z',
    txn: 't',
    company: { id: '0000000000000007', slug: 'acme' },
    actor: { credential: null },
    attributes: [],
    detail,
  });
  const restored = change({ operation: 'restore', detail: { deleted: true } });
  expect(restored).not.toHaveProperty('detail');
  expect(restored?.resource).toEqual({ type: 'User', id: '055915c25a800063', version: 2 });
});

it('has the members that fit, and the address of all where some do not', () => {
  const member = (number: number, length: number): EntryMember => ({
    id: `05591${String(number).padStart(11, '0')}`,
    type: number % 2 === 0 ? 'User' : 'Group',
    sign: number % 3 === 0 ? -1 : 1,
    name: 'n'.repeat(length),
    externalId: null,
  });
  const members = Array.from({ length: 9 }, (_, number) => member(number, 2000));
  const told = change({ operation: 'members', resourceType: 'Group', changed: 12, members })?.members;
  expect((told?.added.length ?? 0) + (told?.removed.length ?? 0)).toBe(7);
  expect(told).toMatchObject({ omitted: 5, url: expect.stringMatching(/^https:\/\/x\/acme\/chg_/) });
  const few = change({
    operation: 'members',
    resourceType: 'Group',
    changed: 2,
    members: members.slice(0, 2),
  });
  expect(few?.members).toEqual({
    added: [{ value: '0559100000000001', type: 'Group', displayName: 'n'.repeat(2000) }],
    removed: [{ value: '0559100000000000', type: 'User', userName: 'n'.repeat(2000) }],
    omitted: 0,
  });
});

it('has an id that names its entry for its company alone', () => {
  const key = { companyId: '7', entryId: '055915c25a800064' };
  const id = ids.idOf(key);
  expect(ids.entryOf('7', id)).toBe(key.entryId);
  for (const [company, text] of [
    ['8', id],
    ['7', `${id}A`],
    ['7', id.slice(0, -1)],
    ['7', 'chg_AAAAAAAAAAAAAAAAAAAAAA'],
    ['7', `${id.slice(0, -1)}_`],
    ['7', key.entryId],
  ] as const) {
    expect(ids.entryOf(company, text)).toBeUndefined();
  }
  expect(new ChangeIds(new SecretKey('another secret of 32 characters!')).idOf(key)).not.toBe(id);
});
