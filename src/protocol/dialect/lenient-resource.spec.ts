import { EQUIPPED_USER } from '../../../test/support/equipped-user.js';
import { refusal } from '../../../test/support/refusal.js';
import { type Json, type JsonObject } from '../json.js';
import { readResource } from '../resource/read-resource.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { finish } from '../work.js';
import { rewriteLenientResource } from './lenient-resource.js';
import { rewriteDotJoinedUrn, rewriteDraftUrn } from './schema-urns.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('rewriteDraftUrn', () => {
  it.each([
    ['urn:scim:schemas:core:1.0', CORE],
    ['urn:scim:schemas:core:2.0', CORE],
    ['urn:scim:schemas:core:2.0:User', CORE],
    ['URN:SCIM:schemas:extension:enterprise:1.0', ENTERPRISE],
    ['urn:scim:schemas:extension:enterprise:2.0', ENTERPRISE],
    ['urn:scim:schemas:extension:enterprise:2.0:User', ENTERPRISE],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0User', ENTERPRISE],
    ['urn:scim:schemas:extension:enterprise:1.0:department', `${ENTERPRISE}:department`],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department', `${ENTERPRISE}:department`],
    [`${ENTERPRISE}:manager.value`, `${ENTERPRISE}:manager.value`],
    ['urn:scim:schemas:core:1.0:userName', `${CORE}:userName`],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:Users', `${ENTERPRISE}:Users`],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0Users', null],
    ['urn:scim:schemas:core:3.0', null],
    ['urn:okta:custom:group:1.0', null],
    ['x-urn:scim:schemas:core:1.0', null],
    ['x-urn:scim:schemas:extension:enterprise:1.0', null],
    ['userName', null],
  ])('%s', (text, expected) => {
    expect(rewriteDraftUrn(text, BUILT_IN_RESOURCE_TYPES.user)).toBe(expected ?? text);
  });

  it('finds the extension among others', () => {
    expect(rewriteDraftUrn('urn:scim:schemas:extension:enterprise:1.0', EQUIPPED_USER)).toBe(ENTERPRISE);
  });

  it('leaves the extension alone on a type that lacks it', () => {
    const urn = 'urn:scim:schemas:extension:enterprise:1.0';
    expect(rewriteDraftUrn(urn, BUILT_IN_RESOURCE_TYPES.group)).toBe(urn);
  });

  it('leaves the URN of another type alone', () => {
    const { user, group } = BUILT_IN_RESOURCE_TYPES;
    for (const [name, own, other] of [
      ['User', user, group],
      ['Group', group, user],
    ] as const) {
      const urn = `urn:scim:schemas:core:2.0:${name}:displayName`;
      expect(rewriteDraftUrn(urn, own)).toBe(`${own.schema.id}:displayName`);
      expect(rewriteDraftUrn(urn, other)).toBe(urn);
    }
  });
});

it('rewriteDotJoinedUrn', () => {
  expect(rewriteDotJoinedUrn(`${ENTERPRISE}.department`, BUILT_IN_RESOURCE_TYPES.user)).toBe(
    `${ENTERPRISE}:department`,
  );
  expect(rewriteDotJoinedUrn(`${CORE}.name.givenName`, BUILT_IN_RESOURCE_TYPES.user)).toBe(
    `${CORE}:name.givenName`,
  );
  expect(rewriteDotJoinedUrn('name.givenName', BUILT_IN_RESOURCE_TYPES.user)).toBe('name.givenName');
});

describe('rewriteLenientResource', () => {
  const read = (body: JsonObject) => readResource(body, BUILT_IN_RESOURCE_TYPES.user, { dialect: 'lenient' });

  it('reads a OneLogin template: draft URNs, one e-mail object, managerId', () => {
    const { attributes, ignored } = read({
      schemas: ['urn:scim:schemas:core:1.0', 'urn:scim:schemas:extension:enterprise:1.0'],
      userName: 'ada',
      id: null,
      user_mobile: '',
      emails: { value: 'ada@example.com', primary: 'true' },
      'urn:scim:schemas:extension:enterprise:1.0': {
        department: '',
        manager: { managerId: '7', displayName: 'B' },
      },
    });
    expect(attributes).toEqual({
      userName: 'ada',
      emails: [{ value: 'ada@example.com', primary: true }],
      [ENTERPRISE]: { manager: { value: '7' } },
    });
    expect(ignored).toEqual(['id', 'user_mobile', `${ENTERPRISE}:manager.displayName`]);
  });

  it('treats empty texts as absent, also where they empty an object', () => {
    const { attributes } = read({
      userName: 'ada',
      title: '',
      addresses: [{ locality: '', region: '', country: '' }],
      [ENTERPRISE]: { organization: '', manager: { value: '', displayName: ' ' } },
    });
    expect(attributes).toEqual({ userName: 'ada' });
  });

  it.each<[Json]>([[''], [[]], [null], [{}]])('takes %j in place of an extension for none', (extension) => {
    expect(read({ userName: 'ada', [ENTERPRISE]: extension }).attributes).toEqual({ userName: 'ada' });
  });

  it('leaves other forms of an extension to be refused', () => {
    expect(refusal(() => read({ userName: 'ada', [ENTERPRISE]: [{ department: 'D' }] }))).toBe(
      `400 invalidValue ${ENTERPRISE}: expected an object, got an array`,
    );
    expect(refusal(() => read({ userName: 'ada', [ENTERPRISE]: ' ' }))).toBe(
      `400 invalidValue ${ENTERPRISE}: expected an object, got a string`,
    );
  });

  it('refuses an extension under its final and its draft URN at once', () => {
    const body = {
      userName: 'a',
      [ENTERPRISE]: { department: 'a' },
      'urn:scim:schemas:extension:enterprise:1.0': { department: 'b' },
    };
    expect(() => read(body)).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }));
  });

  it.each<[Json, Json]>([
    ['', ''],
    [[''], [{ value: '' }]],
    [[{ value: 5 }], [{ value: 5 }]],
    [
      ['a', { value: ['b'] }],
      [{ value: 'a' }, { value: 'b' }],
    ],
    [{ value: 'a' }, [{ value: 'a' }]],
    [[], []],
    [null, null],
  ])('rewrites the members %j, and keeps what names nobody to be refused', (members, expected) => {
    expect(finish(rewriteLenientResource({ members }, BUILT_IN_RESOURCE_TYPES.group))).toEqual({
      members: expected,
    });
  });

  it('keeps unknown names as they are, harmful ones too', () => {
    const body = JSON.parse('{"__proto__":"","constructor":[1]}') as JsonObject;
    const rewritten = finish(rewriteLenientResource(body, BUILT_IN_RESOURCE_TYPES.user));
    expect(Object.entries(rewritten)).toEqual([
      ['__proto__', ''],
      ['constructor', [1]],
    ]);
  });
});
