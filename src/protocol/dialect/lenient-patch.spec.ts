import { ScimError } from '../error/scim-error.js';
import { FilterParser } from '../filter/filter.parser.js';
import { type PatchOperation } from '../patch/patch-message.js';
import { bindPatchPath, type BoundOperation, type PatchTarget } from '../patch/patch-path.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type ResourceType } from '../schema/schema.js';
import { finish } from '../work.js';
import {
  dropEmptyPath,
  dropValue,
  rewriteLenientOperandWork,
  rewriteLenientPaths,
  takeValueApart,
  unwrapMembers,
} from './lenient-patch.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

type Sent = Omit<PatchOperation, 'index'>;
const user = (operation: Sent) => rewrite(operation, BUILT_IN_RESOURCE_TYPES.user);
const group = (operation: Sent) => rewrite(operation, BUILT_IN_RESOURCE_TYPES.group);
const parser = new FilterParser();

/** Path and value, as the engine rewrites the one before and the other after it binds the path. */
function rewrite(sent: Sent, type: ResourceType): PatchOperation[] {
  return rewriteLenientPaths([{ index: 3, ...sent }], type).map((operation) => {
    const bound = bind(operation, type);
    if (!bound) return operation;
    const { target, path, ...rewritten } = finish(rewriteLenientOperandWork(bound));
    return { ...rewritten, ...(path !== undefined && { path: shown(path, target) }) };
  });
}

/** The path that means the target: without its filter where the target has none any more. */
function shown(path: string, target: PatchTarget): string {
  return target.kind === 'attribute' && !target.selection ? path.replace(/\[.*/s, '') : path;
}

/** Undefined for a path that cannot be bound: the request is refused. */
function bind(operation: PatchOperation, type: ResourceType): BoundOperation | undefined {
  const { path } = operation;
  if (path === undefined) return { ...operation, target: { kind: 'resource' } };
  try {
    return { ...operation, target: bindPatchPath(path, type, { dialect: 'lenient', parser }) };
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

describe('the rewrites of operations', () => {
  it('dropEmptyPath', () => {
    const operation = { index: 0, op: 'add', value: {} } as const;
    for (const path of ['', ' ', CORE, CORE.toLowerCase(), 'urn:scim:schemas:core:1.0']) {
      expect(dropEmptyPath({ ...operation, path }, BUILT_IN_RESOURCE_TYPES.user)).toEqual(operation);
    }
    expect(dropEmptyPath({ ...operation, path: 'title' }, BUILT_IN_RESOURCE_TYPES.user)).toHaveProperty(
      'path',
      'title',
    );
  });

  it('takeValueApart makes a path of every key and refuses one that stands twice', () => {
    expect(
      takeValueApart(
        { index: 2, op: 'replace', value: { title: 'T', 'name.givenName': 'G' } },
        BUILT_IN_RESOURCE_TYPES.user,
      ),
    ).toEqual([
      { index: 2, op: 'replace', path: 'title', value: 'T', fromValue: true },
      { index: 2, op: 'replace', path: 'name.givenName', value: 'G', fromValue: true },
    ]);
    expect(() =>
      takeValueApart(
        { index: 2, op: 'add', value: { title: 'T', Title: 'U' } },
        BUILT_IN_RESOURCE_TYPES.user,
      ),
    ).toThrow('Operations[2].value.Title: stands twice');
    expect(
      takeValueApart(
        { index: 2, op: 'add', value: [{ title: 'T' }, { active: true }] },
        BUILT_IN_RESOURCE_TYPES.user,
      ),
    ).toEqual([
      { index: 2, op: 'add', path: 'title', value: 'T', fromValue: true },
      { index: 2, op: 'add', path: 'active', value: true, fromValue: true },
    ]);
    for (const value of [[], ['title'], [{ title: 'T' }, null]]) {
      expect(takeValueApart({ index: 2, op: 'add', value }, BUILT_IN_RESOURCE_TYPES.user)).toEqual([
        { index: 2, op: 'add', value },
      ]);
    }
    const below = { 'URN:ietf:params:scim:schemas:core:2.0:User': { title: 'T' }, active: true };
    expect(takeValueApart({ index: 2, op: 'add', value: below }, BUILT_IN_RESOURCE_TYPES.user)).toEqual([
      { index: 2, op: 'add', path: 'title', value: 'T', fromValue: true },
      { index: 2, op: 'add', path: 'active', value: true, fromValue: true },
    ]);
    const remove = { index: 2, op: 'remove', value: { title: 'T' } } as const;
    expect(takeValueApart(remove, BUILT_IN_RESOURCE_TYPES.user)).toEqual([remove]);
  });

  it('dropValue drops nothing but the value', () => {
    const operation: PatchOperation = { index: 1, op: 'remove', path: 'title', fromValue: true };
    expect(dropValue({ ...operation, value: 'x' })).toStrictEqual(operation);
    expect(dropValue(operation)).toStrictEqual(operation);
  });

  it('unwrapMembers', () => {
    expect(unwrapMembers({ Members: [{ value: 'a' }] })).toEqual([{ value: 'a' }]);
    expect(unwrapMembers({ members: [], value: 'a' })).toEqual({ members: [], value: 'a' });
    expect(unwrapMembers({ value: 'a' })).toEqual({ value: 'a' });
    expect(unwrapMembers({})).toEqual({});
    expect(unwrapMembers('members')).toBe('members');
  });
});

describe('rewriteLenientOperandWork', () => {
  it.each<[string, Sent, Partial<PatchOperation>]>([
    ['a boolean', { op: 'replace', path: 'active', value: 'False' }, { value: false }],
    ['a boolean in an array', { op: 'replace', path: 'active', value: [false] }, { value: false }],
    ['an empty text', { op: 'replace', path: 'title', value: '' }, { value: null }],
    [
      'an empty sub-attribute',
      { op: 'replace', path: 'emails[type eq "work"].value', value: '' },
      { value: null },
    ],
    [
      'a textual primary',
      { op: 'add', path: 'emails[type eq "work"].primary', value: 'True' },
      { value: true },
    ],
    [
      'a manager as text',
      { op: 'add', path: `${ENTERPRISE}:manager`, value: '7' },
      { value: { value: '7' } },
    ],
    [
      'a manager as array',
      { op: 'add', path: 'manager', value: [{ value: '7' }] },
      { value: { value: '7' } },
    ],
    ['no manager', { op: 'replace', path: `${ENTERPRISE}:manager`, value: '' }, { value: null }],
    [
      'no manager either',
      { op: 'replace', path: 'manager', value: { value: '' } },
      { value: { value: null } },
    ],
    [
      'a dot behind the URN',
      { op: 'replace', path: `${ENTERPRISE}.department`, value: 'D' },
      { path: `${ENTERPRISE}:department`, value: 'D' },
    ],
    [
      'a URN of a draft',
      { op: 'replace', path: 'urn:scim:schemas:extension:enterprise:1.0:department', value: 'D' },
      { path: `${ENTERPRISE}:department` },
    ],
    ['one e-mail address', { op: 'add', path: 'emails', value: 'a@x' }, { value: [{ value: 'a@x' }] }],
    [
      'one of several elements',
      { op: 'add', path: 'addresses[type eq "work"]', value: [{ locality: '' }] },
      { value: { locality: null } },
    ],
    [
      'a whole extension',
      { op: 'add', path: ENTERPRISE, value: { manager: '7', department: '' } },
      { value: { manager: { value: '7' }, department: null } },
    ],
    ['a text that looks like a boolean', { op: 'replace', path: 'title', value: 'True' }, { value: 'True' }],
    ['an unknown path', { op: 'replace', path: 'companyName', value: '' }, { value: '' }],
    [
      'a filter without quotes',
      { op: 'replace', path: 'emails[type eq work].value', value: '' },
      { value: null },
    ],
    [
      'a filter on an attribute without parts',
      { op: 'replace', path: 'title[value eq "x"].part', value: '' },
      { value: '' },
    ],
    [
      'a part that nobody knows',
      { op: 'replace', path: 'emails[type eq "work"].odd', value: '' },
      { value: '' },
    ],
    ['a part of every element', { op: 'replace', path: 'emails.primary', value: 'True' }, { value: true }],
    ['no e-mail addresses', { op: 'replace', path: 'emails', value: '' }, { value: null }],
    [
      'several e-mail addresses',
      { op: 'remove', path: 'emails', value: ['a@x', 'b@x'] },
      { value: [{ value: 'a@x' }, { value: 'b@x' }] },
    ],
    ['removing an empty text', { op: 'remove', path: 'emails', value: '' }, { value: [] }],
    ['a whole extension as an empty text', { op: 'replace', path: ENTERPRISE, value: '' }, { value: null }],
    ['a malformed path', { op: 'replace', path: 'emails[', value: '' }, { path: 'emails[', value: '' }],
  ])('%s', (_, operation, expected) => {
    expect(user(operation)).toEqual([{ index: 3, ...operation, ...expected }]);
  });

  it.each<Sent>([
    { op: 'remove', path: 'emails' },
    { op: 'add', path: 'emails' },
    { op: 'remove', path: 'title' },
    { op: 'remove', path: ENTERPRISE },
    { op: 'remove', path: 'members' },
  ])('gives no value to %j', (operation) => {
    expect(user(operation)).toStrictEqual([{ index: 3, ...operation }]);
    expect(group(operation)).toStrictEqual([{ index: 3, ...operation }]);
  });

  it.each<[string, Sent]>([
    ['a single value', { op: 'remove', path: 'title', value: 'old' }],
    ['a sub-attribute of an element', { op: 'remove', path: 'emails[type eq "work"].value', value: 'new' }],
    ['a sub-attribute of every element', { op: 'remove', path: 'emails.type', value: 'work' }],
    ['elements by filter', { op: 'remove', path: 'emails[type eq "work"]', value: [{ value: 'x' }] }],
  ])('E20: remove of %s loses its value', (_, operation) => {
    expect(user(operation)).toEqual([{ index: 3, op: 'remove', path: operation.path }]);
  });

  const member = [{ value: 'u1' }];
  it.each<[string, Sent, Partial<PatchOperation>]>([
    ['an id', { op: 'add', path: 'members', value: 'u1' }, { value: member }],
    ['an object', { op: 'add', path: 'members', value: { value: 'u1' } }, { value: member }],
    ['ids', { op: 'remove', path: 'members', value: ['u1'] }, { value: member }],
    ['a wrapper', { op: 'remove', path: 'members', value: { members: member } }, { value: member }],
    ['a wrapper around one', { op: 'add', path: 'members', value: { members: 'u1' } }, { value: member }],
    ['an empty wrapper', { op: 'remove', path: 'members', value: { members: [] } }, { value: [] }],
    ['a wrapper around null', { op: 'remove', path: 'members', value: { members: null } }, { value: [] }],
    ['an empty text', { op: 'remove', path: 'members', value: '' }, { value: [] }],
    ['an empty object', { op: 'remove', path: 'members', value: {} }, { value: [] }],
    ['null', { op: 'remove', path: 'members', value: null }, { value: null }],
    ['an empty object that is added', { op: 'add', path: 'members', value: {} }, { value: [{}] }],
    [
      'an empty text that replaces',
      { op: 'replace', path: 'members', value: '' },
      { value: [{ value: '' }] },
    ],
    ['an empty text that is added', { op: 'add', path: 'members', value: '' }, { value: null }],
    ['null that replaces', { op: 'replace', path: 'members', value: null }, { value: null }],
    ['a part of every member', { op: 'replace', path: 'members.value', value: 'u1' }, { value: 'u1' }],
    [
      'add by a filter without quotes',
      { op: 'add', path: 'members[value eq u1]', value: {} },
      { path: 'members', value: member },
    ],
    [
      'add of a part by filter',
      { op: 'add', path: 'members[value eq "u1"].type', value: 'User' },
      { path: 'members[value eq "u1"].type', value: 'User' },
    ],
    ...[
      'value eq "u1" or display eq "u2"',
      'value eq "u1" and value eq "u2"',
      'value ne "u1"',
      'value pr',
      'not (value eq "u1")',
    ].map((filter): [string, Sent, Partial<PatchOperation>] => [
      `add by the filter ${filter}`,
      { op: 'add', path: `members[${filter}]`, value: {} },
      { path: `members[${filter}]`, value: {} },
    ]),
    [
      'add by filter',
      { op: 'add', path: 'members[value eq "u1"]', value: {} },
      { path: 'members', value: member },
    ],
    [
      'add by filter',
      { op: 'add', path: 'Members[Value eq "u1"]', value: '[]' },
      { path: 'Members', value: member },
    ],
    [
      'add by filter on two',
      { op: 'add', path: 'members[value eq "u1" or value eq "u2"]', value: {} },
      { path: 'members', value: [{ value: 'u1' }, { value: 'u2' }] },
    ],
    [
      'add by another filter',
      { op: 'add', path: 'members[display eq "u1"]', value: {} },
      { path: 'members[display eq "u1"]', value: {} },
    ],
    ['replace by filter', { op: 'replace', path: 'members[value eq "u1"]', value: {} }, { value: {} }],
  ])('members: %s', (_, operation, expected) => {
    expect(group(operation)).toEqual([{ index: 3, ...operation, ...expected }]);
  });

  it('members: remove by filter loses its redundant value', () => {
    const operation: Sent = { op: 'remove', path: 'members[value eq "u1"]', value: member };
    expect(group(operation)).toEqual([{ index: 3, op: 'remove', path: operation.path }]);
  });
});
