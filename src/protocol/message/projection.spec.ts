import { EQUIPMENT, EQUIPPED_USER, PARKING } from '../../../test/support/equipped-user.js';
import { refusal } from '../../../test/support/refusal.js';
import { type JsonObject } from '../json.js';
import { attribute } from '../schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type ResourceType } from '../schema/schema.js';
import { hide, includes, MAX_NAMES, parseProjection, project, withSentAttributes } from './projection.js';

const CORE = BUILT_IN_RESOURCE_TYPES.user.schema.id;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const TYPE: ResourceType = {
  ...BUILT_IN_RESOURCE_TYPES.user,
  schema: {
    ...BUILT_IN_RESOURCE_TYPES.user.schema,
    attributes: [
      ...BUILT_IN_RESOURCE_TYPES.user.schema.attributes,
      attribute('lastSeenIp', 'Only on request.', { returned: 'request' }),
      attribute('pin', 'Never.', { returned: 'never' }),
      attribute('vault', 'Never, with parts.', {
        type: 'complex',
        returned: 'never',
        subAttributes: [
          attribute('value', 'By default.'),
          attribute('key', 'Only on request.', { returned: 'request' }),
        ],
      }),
      attribute('device', 'Only on request, with parts.', {
        type: 'complex',
        returned: 'request',
        subAttributes: [
          attribute('value', 'By default.'),
          attribute('label', 'By default.'),
          attribute('serial', 'Only on request.', { returned: 'request' }),
          attribute('code', 'Never.', { returned: 'never' }),
        ],
      }),
      attribute('badge', 'With parts of every kind.', {
        type: 'complex',
        subAttributes: [
          attribute('value', 'By default.'),
          attribute('number', 'Always.', { returned: 'always' }),
          attribute('photo', 'Only on request.', { returned: 'request' }),
          attribute('code', 'Never.', { returned: 'never' }),
        ],
      }),
    ],
  },
};

/** A type with a complex attribute that is always returned, and with three extensions. */
const EQUIPPED: ResourceType = {
  ...EQUIPPED_USER,
  schema: {
    ...EQUIPPED_USER.schema,
    attributes: [
      ...EQUIPPED_USER.schema.attributes,
      attribute('seal', 'Always.', {
        type: 'complex',
        returned: 'always',
        subAttributes: [
          attribute('value', 'By default.'),
          attribute('print', 'Only on request.', { returned: 'request' }),
        ],
      }),
    ],
  },
};

const ADA: JsonObject = {
  schemas: [CORE, ENTERPRISE],
  id: '1',
  externalId: 'x',
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'L' },
  emails: [{ value: 'a@b', type: 'work' }, { value: 'c@d' }],
  lastSeenIp: '::1',
  pin: '1234',
  vault: { value: 'gold' },
  badge: { value: 'v', number: 'n', photo: 'p', code: 'c' },
  password: 'secret',
  [ENTERPRISE]: { department: 'R', manager: { value: 'm', displayName: 'M' } },
  meta: { resourceType: 'User', version: 'W/"1"' },
};
const MINIMUM = { schemas: ADA['schemas'], id: '1' };
const DEFAULT: JsonObject = Object.fromEntries(
  Object.entries({ ...ADA, badge: { value: 'v', number: 'n' } }).filter(
    ([name]) => !['lastSeenIp', 'pin', 'vault', 'password'].includes(name),
  ),
);

function only(attributes: string): JsonObject {
  return project(ADA, parseProjection(attributes, undefined, TYPE), TYPE);
}

function without(excludedAttributes: string): JsonObject {
  return project(ADA, parseProjection(undefined, excludedAttributes, TYPE), TYPE);
}

describe('project', () => {
  it('shows what is returned by default', () => {
    expect(project(ADA, parseProjection(undefined, undefined, TYPE), TYPE)).toEqual(DEFAULT);
    expect(project(ADA, parseProjection('', ' , ', TYPE), TYPE)).toEqual(DEFAULT);
  });

  it.each<[string, string, JsonObject]>([
    ['ATT-02', 'userName', { userName: 'ada' }],
    ['ATT-04', 'name.givenName', { name: { givenName: 'Ada' } }],
    ['ATT-05', 'emails.value', { emails: [{ value: 'a@b' }, { value: 'c@d' }] }],
    ['ATT-05', 'emails.type', { emails: [{ type: 'work' }] }],
    ['ATT-05', 'emails.display', {}],
    ['ATT-06', ' USERNAME, ,externalid ', { userName: 'ada', externalId: 'x' }],
    ['ATT-07', `${ENTERPRISE}:department`, { [ENTERPRISE]: { department: 'R' } }],
    ['ATT-07', `${ENTERPRISE.toUpperCase()}:manager.value`, { [ENTERPRISE]: { manager: { value: 'm' } } }],
    ['ATT-07', `${CORE}:name.familyName`, { name: { familyName: 'L' } }],
    ['ATT-07', 'department', { [ENTERPRISE]: { department: 'R' } }],
    ['ATT-08', 'lastSeenIp', { lastSeenIp: '::1' }],
    ['ATT-08', 'badge', { badge: { value: 'v', number: 'n' } }],
    ['ATT-08', 'badge.photo', { badge: { number: 'n', photo: 'p' } }],
    ['ATT-09', 'pin', {}],
    ['ATT-09', 'badge.code', { badge: { number: 'n' } }],
    ['ATT-09', 'password', {}],
    ['ATT-09', 'vault', {}],
    ['ATT-09', 'vault.value', {}],
    ['ATT-15', 'foo,constructor,__proto__,name.foo,urn:x:y,a.b.c', {}],
    ['ATT-16', ENTERPRISE, { [ENTERPRISE]: ADA[ENTERPRISE] as JsonObject }],
    ['ATT-02', 'meta.version', { meta: { version: 'W/"1"' } }],
  ])('ATT-03 %s: attributes=%s leaves the minimum and what is named', (_row, attributes, rest) => {
    expect(only(attributes)).toEqual({ ...MINIMUM, ...rest });
  });

  it('ATT-16 takes the core URN for every core attribute', () => {
    const { meta: _meta, externalId: _externalId, [ENTERPRISE]: _enterprise, ...core } = DEFAULT;
    expect(only(CORE)).toEqual({ ...core, lastSeenIp: '::1' });
  });

  it.each<[string, string, string[]]>([
    ['ATT-10', 'id,schemas,badge.number', []],
    ['ATT-11', 'emails', ['emails']],
    ['ATT-11', 'META', ['meta']],
    ['ATT-13', 'lastSeenIp', []],
    ['ATT-15', 'foo,name.foo,toString', []],
    ['ATT-16', ENTERPRISE, [ENTERPRISE]],
    ['ATT-12', 'name.givenName,name.familyName', ['name']],
  ])('%s: excludedAttributes=%s', (_row, excluded, gone) => {
    const rest = Object.fromEntries(Object.entries(DEFAULT).filter(([name]) => !gone.includes(name)));
    expect(without(excluded)).toEqual(rest);
  });

  it('ATT-12 leaves out sub-attributes', () => {
    expect(without('emails.type')['emails']).toEqual([{ value: 'a@b' }, { value: 'c@d' }]);
    expect(without('badge.value')['badge']).toEqual({ number: 'n' });
    expect(without(`${ENTERPRISE}:manager.displayName`)[ENTERPRISE]).toEqual({
      department: 'R',
      manager: { value: 'm' },
    });
  });

  it('ATT-03, ATT-10 shows the parts of what is always returned, asked for or not', () => {
    const sealed = { id: '1', userName: 'ada', seal: { value: 'v', print: 'p' } };
    const show = (attributes?: string, excluded?: string): JsonObject =>
      project(sealed, parseProjection(attributes, excluded, EQUIPPED), EQUIPPED);
    expect(show('userName')).toEqual({ id: '1', userName: 'ada', seal: { value: 'v' } });
    expect(show('seal.print')).toEqual({ id: '1', seal: { value: 'v', print: 'p' } });
    expect(show(undefined, 'seal')).toEqual({ id: '1', userName: 'ada', seal: { value: 'v' } });
  });

  it('ATT-07, ATT-11 tells extensions from one another', () => {
    const extensions = {
      [EQUIPMENT]: { code: 'c', note: 'n' },
      [PARKING]: { lot: 'l' },
      [ENTERPRISE]: { department: 'd' },
    };
    const show = (attributes?: string, excluded?: string): JsonObject =>
      project({ id: '1', ...extensions }, parseProjection(attributes, excluded, EQUIPPED), EQUIPPED);
    expect(show()).toEqual({ id: '1', ...extensions });
    expect(show(`${EQUIPMENT}:code,lot`)).toEqual({
      id: '1',
      [EQUIPMENT]: { code: 'c' },
      [PARKING]: { lot: 'l' },
    });
    expect(show(undefined, `${EQUIPMENT},department`)).toEqual({ id: '1', [PARKING]: { lot: 'l' } });
    expect(
      project({ id: '1', [PARKING]: null }, parseProjection(undefined, undefined, EQUIPPED), EQUIPPED),
    ).toEqual({ id: '1' });
  });

  it('ATT-14 refuses both parameters at once', () => {
    expect(refusal(() => parseProjection('a', 'b', TYPE))).toBe(
      '400 invalidValue attributes and excludedAttributes cannot both be given; send one of them',
    );
  });

  it.each(['attributes', 'excludedAttributes'])('refuses more than a thousand names in %s', (parameter) => {
    const names = Array<string>(MAX_NAMES).fill('userName').join(',');
    const parse = (text: string): unknown =>
      parameter === 'attributes'
        ? parseProjection(text, undefined, TYPE)
        : parseProjection(undefined, text, TYPE);
    expect(refusal(() => parse(names))).toBe('accepted');
    expect(refusal(() => parse(`${names},userName`))).toBe(
      `400 tooMany ${parameter}: more than 1000 names; send 1000 at most`,
    );
  });

  it('keeps an empty list of members, unless it is not shown', () => {
    const group = {
      schemas: [BUILT_IN_RESOURCE_TYPES.group.schema.id],
      id: '2',
      displayName: 'Eng',
      members: [],
    };
    const show = (attributes?: string, excluded?: string): JsonObject =>
      project(
        group,
        parseProjection(attributes, excluded, BUILT_IN_RESOURCE_TYPES.group),
        BUILT_IN_RESOURCE_TYPES.group,
      );
    expect(show()).toEqual(group);
    expect(show('members.value')).toEqual({ schemas: group.schemas, id: '2', members: [] });
    expect(show(undefined, 'members')).not.toHaveProperty('members');
  });
});

describe('includes', () => {
  const members = 'members';
  const manager = `${ENTERPRISE}:manager`;

  it.each([
    [undefined, undefined, true, true],
    ['displayName', undefined, false, false],
    ['MEMBERS', undefined, true, false],
    ['members.value', undefined, true, false],
    [undefined, 'members', false, true],
    [undefined, 'members.display', true, true],
    [undefined, 'members.value,members.$ref,members.type,members.display', false, true],
    ['manager', undefined, false, true],
    [ENTERPRISE, undefined, false, true],
    [undefined, ENTERPRISE, true, false],
  ])(
    'GRP-09 tells for attributes=%s excludedAttributes=%s what is read',
    (wanted, unwanted, ofGroup, ofUser) => {
      expect(includes(parseProjection(wanted, unwanted, BUILT_IN_RESOURCE_TYPES.group), members)).toBe(
        ofGroup,
      );
      expect(includes(parseProjection(wanted, unwanted, BUILT_IN_RESOURCE_TYPES.user), manager)).toBe(ofUser);
    },
  );

  it('tells of sub-attributes', () => {
    const projection = parseProjection(undefined, 'members.display', BUILT_IN_RESOURCE_TYPES.group);
    expect(includes(projection, 'members.display')).toBe(false);
    expect(includes(projection, 'members.value')).toBe(true);
  });
});

describe('parseProjection', () => {
  it('keeps the first hundred short texts of a type, and no others', () => {
    const type = { ...TYPE };
    const [short, long] = ['userName', 'userName,'.repeat(100)];
    const first = parseProjection(short, undefined, type);
    expect(parseProjection(short, undefined, type)).toBe(first);
    expect(parseProjection(undefined, short, type)).not.toBe(first);
    expect(parseProjection(short, undefined, { ...TYPE })).not.toBe(first);
    expect(parseProjection(long, undefined, type)).toEqual(first);
    expect(parseProjection(long, undefined, type)).not.toBe(parseProjection(long, undefined, type));
    for (let index = 0; index < 150; index++) parseProjection(`x${index}`, undefined, type);
    expect(parseProjection(short, undefined, type)).toBe(first);
    const last = parseProjection('title', undefined, type);
    expect(parseProjection('title', undefined, type)).toEqual(last);
    expect(parseProjection('title', undefined, type)).not.toBe(last);
  });
});

describe('hide', () => {
  it('takes away one name, and nothing else', () => {
    const whole = parseProjection('name,lastSeenIp', undefined, TYPE);
    const rest = hide(whole, 'name.givenName');
    expect(project(ADA, rest, TYPE)).toEqual({ ...MINIMUM, name: { familyName: 'L' }, lastSeenIp: '::1' });
    expect(project(ADA, whole, TYPE)['name']).toEqual(ADA['name']);
  });

  it('leaves what is shown if it was sent', () => {
    const rest = hide(parseProjection(undefined, undefined, TYPE), 'title');
    expect(rest.shownIfSent.get('lastSeenIp')).toBe('lastSeenIp');
  });
});

describe('withSentAttributes', () => {
  const WHOLE: JsonObject = {
    id: '1',
    device: { value: 'v', label: 'l', serial: 's', code: 'c' },
    vault: { value: 'gold', key: 'k' },
  };

  it.each<[readonly string[], JsonObject]>([
    [[], {}],
    [['device', 'device.value'], { device: { value: 'v', label: 'l' } }],
    [['device', 'device.serial'], { device: { value: 'v', label: 'l', serial: 's' } }],
    [['device', 'device.code'], { device: { value: 'v', label: 'l' } }],
    [['vault', 'vault.value', 'vault.key'], {}],
  ])('of a resource that %j was sent of shows %j', (sent, shown) => {
    const projection = withSentAttributes(parseProjection(undefined, undefined, TYPE), new Set(sent));
    expect(project(WHOLE, projection, TYPE)).toEqual({ id: '1', ...shown });
  });

  it('shows nothing that is excluded', () => {
    const parts = withSentAttributes(
      parseProjection(undefined, 'device.label', TYPE),
      new Set(['device', 'device.label', 'device.serial']),
    );
    expect(project(WHOLE, parts, TYPE)).toEqual({ id: '1', device: { value: 'v', serial: 's' } });
    const whole = withSentAttributes(parseProjection(undefined, 'device', TYPE), new Set(['device']));
    expect(project(WHOLE, whole, TYPE)).toEqual({ id: '1' });
  });
});
