import { type Dialect } from '../dialect/dialect.js';
import { type Json, type JsonObject } from '../json.js';
import { PatchOperationEngine } from '../patch/patch-operation-engine.js';
import { attribute } from '../schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { parseProjection, project, returnedByDefault, withSentAttributes } from './projection.js';
import { sentInBody, sentInChanges } from './sent-attributes.js';

const URN = 'urn:example:asked';
const onRequest = { returned: 'request' } as const;
const parts: readonly AttributeDefinition[] = [
  attribute('plain', 'Plain.'),
  attribute('asked', 'Asked.', onRequest),
  attribute('never', 'Never.', { returned: 'never' }),
];
const complex = { type: 'complex', subAttributes: parts } as const;
const type: ResourceType = {
  ...BUILT_IN_RESOURCE_TYPES.user,
  schemaExtensions: [
    {
      required: false,
      schema: {
        id: URN,
        name: 'Asked',
        description: 'Asked',
        attributes: [
          attribute('plain', 'Plain.'),
          attribute('asked', 'Asked.', onRequest),
          attribute('never', 'Never.', { returned: 'never' }),
          attribute('mixed', 'Mixed.', complex),
          attribute('lists', 'Lists.', { ...complex, multiValued: true }),
          attribute('askedMixed', 'Asked.', { ...complex, ...onRequest }),
          attribute('neverMixed', 'Never.', { ...complex, returned: 'never' }),
        ],
      },
    },
  ],
};
const PART = { plain: 'p', asked: 'a', never: 'n' };
const STORED = {
  userName: 'u',
  [URN]: { ...PART, mixed: PART, lists: [PART, { plain: 'q' }], askedMixed: PART, neverMixed: PART },
};
const BY_DEFAULT = { plain: 'p', mixed: { plain: 'p' }, lists: [{ plain: 'p' }, { plain: 'q' }] };

const engine = new PatchOperationEngine();

function sentBy(
  operations: JsonObject[],
  dialect: Dialect = 'strict',
  patched: ResourceType = type,
): ReadonlySet<string> {
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
  return sentInChanges(engine.plan(body, patched, { dialect, maxOperations: 10 }).changes);
}

const shownAfter = (sent: ReadonlySet<string>, attributes?: string, excluded?: string): unknown =>
  project(STORED, withSentAttributes(parseProjection(attributes, excluded, type), sent), type)[URN];

describe('sentInBody', () => {
  it('names attributes and parts, those of elements together', () => {
    const sent = sentInBody(
      { externalId: 'e', userName: 'u', name: { givenName: 'g' }, [URN]: STORED[URN] },
      type,
    );
    expect([...sent].filter((name) => !name.startsWith(URN))).toEqual([
      'externalId',
      'userName',
      'name',
      'name.givenName',
    ]);
    expect([...sent]).toEqual(expect.arrayContaining([`${URN}:asked`, `${URN}:lists`, `${URN}:lists.asked`]));
  });

  it('names nothing that is not there', () => {
    expect([...sentInBody({}, type)]).toEqual([]);
    expect([...sentInBody({ [URN]: {} }, type)]).toEqual([]);
  });
});

describe('sentInChanges', () => {
  it.each<[string, string, Json, string[]]>([
    ['add', ':plain', 'x', [':plain']],
    ['replace', ':mixed', { asked: 'x' }, [':mixed', ':mixed.asked']],
    ['replace', ':mixed.asked', 'x', [':mixed', ':mixed.asked']],
    ['add', ':lists', [{ plain: 'x' }, { asked: 'y' }], [':lists', ':lists.plain', ':lists.asked']],
    ['replace', ':lists', [{ plain: 'x' }], [':lists', ':lists.plain']],
    ['replace', ':lists[plain eq "p"].asked', 'x', [':lists', ':lists.asked']],
    ['replace', ':asked', null, []],
  ])('%s %s %j', (op, path, value, names) => {
    expect([...sentBy([{ op, path: URN + path, value }])]).toEqual(names.map((name) => URN + name));
  });

  it.each<[string, Json, string[]]>([
    ['add', [{ value: '1', display: 'A' }, { value: '2' }], ['members', 'members.value']],
    ['replace', [{ value: '1' }], ['members', 'members.value']],
    ['replace', [], ['members']],
    ['remove', [{ value: '1' }], []],
  ])('%s members %j', (op, value, names) => {
    const { group } = BUILT_IN_RESOURCE_TYPES;
    const sent = sentBy([{ op, path: 'members', value }], 'lenient', group);
    expect([...sent]).toEqual(names);
  });

  it('names nothing that is removed', () => {
    const paths = [':asked', ':lists[plain eq "p"]', ''];
    expect([...sentBy(paths.map((path) => ({ op: 'remove', path: URN + path })))]).toEqual([]);
  });
});

describe('withSentAttributes', () => {
  const names = (...sent: string[]): ReadonlySet<string> => new Set(sent.map((name) => URN + name));

  it.each<[string[], JsonObject]>([
    [[], {}],
    [[':plain', ':never', ':neverMixed', ':neverMixed.plain', ':mixed.never'], {}],
    [[':asked'], { asked: 'a' }],
    [[':mixed', ':mixed.asked'], { mixed: { plain: 'p', asked: 'a' } }],
    [[':mixed'], {}],
    [[':lists', ':lists.asked'], { lists: [{ plain: 'p', asked: 'a' }, { plain: 'q' }] }],
    [[':askedMixed', ':askedMixed.plain'], { askedMixed: { plain: 'p' } }],
    [[':askedMixed', ':askedMixed.asked'], { askedMixed: { plain: 'p', asked: 'a' } }],
  ])('CRE-22 ATT-08 shows what is returned on request where %j was sent', (sent, more) => {
    expect(shownAfter(names(...sent))).toEqual({ ...BY_DEFAULT, ...more });
  });

  it('CRE-22 shows no more than attributes names, and nothing that excludedAttributes does', () => {
    const sent = sentInBody(STORED, type);
    expect(shownAfter(sent, `${URN}:plain`)).toEqual({ plain: 'p' });
    expect(shownAfter(sent, undefined, `${URN}:asked,${URN}:mixed,${URN}:askedMixed.asked`)).toEqual({
      plain: 'p',
      lists: [{ plain: 'p', asked: 'a' }, { plain: 'q' }],
      askedMixed: { plain: 'p' },
    });
  });
});

describe('returnedByDefault', () => {
  it('is what a client sees that asks for nothing', () => {
    expect(returnedByDefault(STORED, type)).toEqual({ userName: 'u', [URN]: BY_DEFAULT });
    expect(returnedByDefault(STORED, type)).toEqual({ userName: 'u', [URN]: BY_DEFAULT });
  });
});
