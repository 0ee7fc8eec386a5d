import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  entryOf,
  expectRefusal,
  GROUP,
  memberIds,
  NOBODY,
  openDirectory,
  OUD_GROUP,
  PATCH_OP,
  readGroup,
  unique,
} from './oud.js';

let application: TestApplication;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  ({ client } = await openDirectory(application));
});
afterAll(() => application.close());

const patch = (id: string, ...Operations: unknown[]): Promise<ScimAnswer> =>
  client.patch(`/Groups/${id}`, { schemas: [PATCH_OP], Operations });
const patched = async (id: string, ...operations: unknown[]): Promise<ScimAnswer['body']> =>
  entryOf(await patch(id, ...operations), 200);

const NULL_MEMBERS = /^Operations\[1\]\.value: expected an array of members, got null; \[\] stands for none$/;

describe('PATCH /Groups/{entryUUID}', () => {
  it('answers 200 with the changed entry in the wrapper', async () => {
    const group = await createGroup(client, {}, { o: ['Example'] });
    const displayName = unique('Renamed');
    const path = `${GROUP}:displayName`;
    const entry = await patched(group.id, { op: 'replace', path, value: [displayName] });
    expect(entry).toEqual({ ...group, [GROUP]: { displayName, members: [] } });
    expect(await readGroup(client, group.id)).toEqual(entry);
  });

  it.each(['members', `${GROUP}:members`, `${GROUP.toUpperCase()}:MEMBERS`])(
    'adds, replaces and deletes members by the path %s',
    async (path) => {
      const [a, b, c] = [await createUser(client), await createUser(client), await createUser(client)];
      const { id } = await createGroup(client, { members: [a.id] });
      const added = await patched(id, { op: 'add', path, value: [{ value: b.id }, c.id] });
      expect(memberIds(added)).toEqual([a.id, b.id, c.id].sort());
      const deleted = await patched(id, { op: 'delete', path, value: [{ value: a.id }, b.id] });
      expect(memberIds(deleted)).toEqual([c.id]);
      expect(memberIds(await patched(id, { op: 'replace', path, value: [{ value: a.id }] }))).toEqual([a.id]);
      expect(memberIds(await patched(id, { op: 'delete', path }))).toEqual([]);
    },
  );

  it('deletes members that a filter selects, and no member for an empty array', async () => {
    const [a, b] = [await createUser(client), await createUser(client)];
    const { id } = await createGroup(client, { members: [a.id, b.id] });
    expect(memberIds(await patched(id, { op: 'delete', path: 'members', value: [] }))).toHaveLength(2);
    const path = `members[value eq "${a.id}"]`;
    expect(memberIds(await patched(id, { op: 'delete', path, value: [] }))).toEqual([b.id]);
  });

  it.each(['delete', 'DELETE', 'remove', 'Remove'])('reads the op %s', async (op) => {
    const { id } = await createGroup(client, {}, { o: ['x', 'y'], ou: ['z'] });
    const entry = await patched(id, { op, path: `${OUD_GROUP}:o`, value: ['x'] });
    expect(entry[OUD_GROUP]).toEqual({ o: ['y'], ou: ['z'] });
  });

  it('changes extension attributes by values, by scalars, by {value}, and the extension as a whole', async () => {
    const { id } = await createGroup(client);
    const at = (name: string): string => `${OUD_GROUP}:${name}`;
    const added = await patched(
      id,
      { op: 'ADD', path: at('o'), value: ['a'] },
      { op: 'Add', path: at('o'), value: 'b' },
      { op: 'add', path: at('ou'), value: [{ value: 'c' }] },
      { op: 'replace', path: at('owner'), value: 'd' },
    );
    expect(added[OUD_GROUP]).toEqual({ o: ['a', 'b'], ou: ['c'], owner: ['d'] });
    const whole = await patched(id, { op: 'replace', path: OUD_GROUP, value: [{ o: [{ value: 'e' }] }] });
    expect(whole[OUD_GROUP]).toEqual({ o: ['e'], ou: ['c'], owner: ['d'] });
    expect(await patched(id, { op: 'delete', path: OUD_GROUP })).not.toHaveProperty([OUD_GROUP]);
  });

  it('takes the URN of the core schema as the path of several attributes', async () => {
    const user = await createUser(client);
    const { id } = await createGroup(client);
    const displayName = unique('Core');
    const value = [{ displayName: [{ value: displayName }], members: [user.id] }];
    const entry = await patched(id, { op: 'replace', path: GROUP, value });
    expect([entry[GROUP].displayName, memberIds(entry)]).toEqual([displayName, [user.id]]);
  });

  it('answers 200 with the entry where nothing changed, too', async () => {
    const group = await createGroup(client);
    const operation = { op: 'replace', path: 'displayName', value: [group[GROUP].displayName] };
    expect(await patched(group.id, operation)).toEqual(group);
  });

  const replace = (rest: object): object => ({ op: 'replace', path: 'displayName', value: ['x'], ...rest });
  it.each<[string, unknown, RegExp]>([
    ['no path', replace({ path: undefined }), /^Operations\[1\]\.path: is required/],
    ['an empty path', replace({ path: '' }), /^Operations\[1\]\.path: is required/],
    ['a path that is no string', replace({ path: 1 }), /path: is required/],
    ['an unknown path', replace({ path: 'nonsense' }), /^Operations\[1\]: nonsense is not an attribute/],
    ['a malformed path', replace({ path: 'members[' }), /^Operations\[1\]: /],
    ['no value for replace', replace({ value: undefined }), /^Operations\[1\]\.value: is required/],
    ['no value for add', replace({ op: 'add', value: undefined }), /value: is required/],
    ['several values for one', replace({ value: ['a', 'b'] }), /^Operations\[1\]\.value: holds one value/],
    ['an empty array for what is required', replace({ value: [] }), /displayName: is required/],
    ['a value of another type', replace({ value: [{ a: 1 }] }), /expected a string/],
    [
      'an unknown op',
      replace({ op: 'move' }),
      /^Operations\[1\]\.op: expected add, delete or replace, got "move"/,
    ],
    ['no op', replace({ op: undefined }), /op: expected add, delete or replace/],
    ['an operation that is none', 'x', /^Operations\[1\]: expected an object/],
    ['the name deleted', replace({ op: 'delete' }), /^Operations\[1\]: displayName: is required/],
    ['a read-only attribute', replace({ path: 'id' }), /id: is read-only/],
    ['an unknown member', replace({ op: 'add', path: 'members', value: [NOBODY] }), /no such user or group/],
    [
      'a whole extension deleted by value',
      replace({ op: 'delete', path: OUD_GROUP, value: [{ o: ['x'] }] }),
      /takes no value/,
    ],
    ['null for members', replace({ path: 'members', value: null }), NULL_MEMBERS],
    ['null to add to members', replace({ op: 'add', path: 'members', value: null }), NULL_MEMBERS],
    ['null to delete from members', replace({ op: 'delete', path: 'members', value: null }), NULL_MEMBERS],
    ['two values of the core object', replace({ path: GROUP, value: [{}, {}] }), /expected one object/],
  ])('400 for %s, and nothing is changed', async (_, operation, detail) => {
    const group = await createGroup(client);
    const first = { op: 'add', path: `${OUD_GROUP}:o`, value: ['a'] };
    expectRefusal(await patch(group.id, first, operation), 400, detail);
    expect(await readGroup(client, group.id)).toEqual(group);
  });

  it.each<[string, unknown]>([
    ['no schemas', { Operations: [replace({})] }],
    ['schemas of something else', { schemas: [GROUP], Operations: [replace({})] }],
    ['no Operations', { schemas: [PATCH_OP] }],
    ['Operations that are no array', { schemas: [PATCH_OP], Operations: replace({}) }],
    ['no operation', { schemas: [PATCH_OP], Operations: [] }],
  ])('400 for a message with %s', async (_, body) => {
    const { id } = await createGroup(client);
    expectRefusal(await client.patch(`/Groups/${id}`, body), 400);
  });

  it('removing a member that is none, or nobody, succeeds', async () => {
    const group = await createGroup(client);
    const operation = { op: 'delete', path: 'members', value: [NOBODY, 'nonsense'] };
    expect(await patched(group.id, operation)).toEqual(group);
  });

  it('409 for a name that is taken; 404 for an unknown group, whatever the body; 413 for too many operations', async () => {
    const [one, other] = [await createGroup(client), await createGroup(client)];
    const taken = { op: 'replace', path: 'displayName', value: [one[GROUP].displayName] };
    expectRefusal(await patch(other.id, taken), 409);
    expectRefusal(await client.patch(`/Groups/${NOBODY}`, '{'), 404, new RegExp(NOBODY));
    const many = Array.from({ length: 1001 }, () => replace({}));
    expectRefusal(await patch(other.id, ...many), 413);
  });

  it('means the same with a strict token', async () => {
    const strict = await openDirectory(application, 'strict');
    const { id } = await createGroup(strict.client);
    const operation = { op: 'delete', path: `${OUD_GROUP}:o`, value: ['x'] };
    entryOf(await strict.client.patch(`/Groups/${id}`, [operation]), 200);
    expectRefusal(await strict.client.patch(`/Groups/${id}`, [replace({ path: 'nonsense' })]), 400);
  });
});
