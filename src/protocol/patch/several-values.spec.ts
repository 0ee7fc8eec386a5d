import { type Dialect } from '../dialect/dialect.js';
import { type ScimError } from '../error/scim-error.js';
import { type Json, type JsonObject } from '../json.js';
import { attribute } from '../schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { applyChangeSet } from './apply-change-set.js';
import { PatchOperationEngine } from './patch-operation-engine.js';

const URN = 'urn:example:lists';
const lists = [
  attribute('words', 'Words.', { multiValued: true }),
  attribute('wholes', 'Wholes.', { type: 'integer', multiValued: true }),
];
const parts = [attribute('value', 'Value.'), ...lists];
const type = {
  ...BUILT_IN_RESOURCE_TYPES.user,
  schemaExtensions: [
    {
      required: false,
      schema: {
        id: URN,
        name: 'Lists',
        description: 'Lists',
        attributes: [
          ...lists,
          attribute('record', 'Record.', { type: 'complex', subAttributes: parts }),
          attribute('records', 'Records.', { type: 'complex', multiValued: true, subAttributes: parts }),
        ],
      },
    },
  ],
};

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: Json;
}

const engine = new PatchOperationEngine();

/** The extension after one operation on it, or how it is refused; paths begin with `:`. */
function patch(before: JsonObject, operation: Operation, dialect: Dialect): Json {
  const sent = { ...operation, path: URN + operation.path };
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [sent] };
  try {
    const changes = engine.plan(body, type, { dialect, maxOperations: 1 });
    return applyChangeSet({ [URN]: before }, changes, type)[URN] ?? null;
  } catch (error) {
    return (error as ScimError).scimType ?? 'unknown';
  }
}

type Case = readonly [before: JsonObject, operation: Operation, after: Json];

describe.each(['strict', 'lenient'] as const)('several simple values, %s', (dialect) => {
  it.each<Case>([
    [{}, { op: 'add', path: ':words', value: ['a'] }, { words: ['a'] }],
    [{ words: ['a'] }, { op: 'add', path: ':words', value: ['A', 'b'] }, { words: ['a', 'b'] }],
    [{ wholes: [1] }, { op: 'add', path: ':wholes', value: 2 }, { wholes: [1, 2] }],
    [{ words: ['a'] }, { op: 'replace', path: ':words', value: ['b'] }, { words: ['b'] }],
    [{ words: ['a', 'b'] }, { op: 'remove', path: ':words', value: ['B'] }, { words: ['a'] }],
    [{ words: ['a'], wholes: [1] }, { op: 'remove', path: ':words' }, { wholes: [1] }],
    [{ words: ['a', 'b'] }, { op: 'remove', path: ':words[value eq "A"]' }, { words: ['b'] }],
    [{ words: ['a', 'b'] }, { op: 'remove', path: ':words[value sw "x"]' }, { words: ['a', 'b'] }],
    [{ wholes: [1, 2, 3] }, { op: 'remove', path: ':wholes[value gt 1 and value lt 3]' }, { wholes: [1, 3] }],
    [
      { words: ['a', 'b'] },
      { op: 'replace', path: ':words[value eq "a"]', value: 'c' },
      { words: ['c', 'b'] },
    ],
    [{ words: ['a', 'b'] }, { op: 'replace', path: ':words[value eq "a"]', value: null }, { words: ['b'] }],
    [{ words: ['a'] }, { op: 'replace', path: ':words[value eq "x"]', value: 'c' }, 'noTarget'],
    [{ words: ['a'] }, { op: 'add', path: ':words[value eq "x"]', value: 'x' }, { words: ['a', 'x'] }],
    [{ words: ['a'] }, { op: 'add', path: ':words[value eq "x"]', value: 'y' }, 'noTarget'],
    [{ wholes: [1] }, { op: 'replace', path: ':wholes[value eq 1]', value: 'b' }, 'invalidValue'],
    [{ words: ['a'] }, { op: 'remove', path: ':words[type eq "a"]' }, 'invalidFilter'],
    [{ wholes: [1] }, { op: 'replace', path: ':wholes', value: [1.5] }, 'invalidValue'],
  ])('%j, %j', (before, operation, after) => {
    expect(patch(before, operation, dialect)).toEqual(after);
  });
});

describe.each(['strict', 'lenient'] as const)('several values of a sub-attribute, %s', (dialect) => {
  const record = (value: JsonObject): JsonObject => ({ record: value });
  const records = (...values: JsonObject[]): JsonObject => ({ records: values });
  const [a, b] = [
    { value: 'a', words: ['x'] },
    { value: 'b', words: ['x', 'y'] },
  ];

  it.each<Case>([
    [{}, { op: 'add', path: ':record.words', value: ['x'] }, record({ words: ['x'] })],
    [
      record({ words: ['x'] }),
      { op: 'add', path: ':record.words', value: 'y' },
      record({ words: ['x', 'y'] }),
    ],
    [record({ words: ['x'] }), { op: 'add', path: ':record.words', value: ['X'] }, record({ words: ['x'] })],
    [
      record({ words: ['x'] }),
      { op: 'replace', path: ':record.words', value: ['y'] },
      record({ words: ['y'] }),
    ],
    [
      record({ words: ['x', 'y'] }),
      { op: 'remove', path: ':record.words', value: ['x'] },
      record({ words: ['y'] }),
    ],
    [record({ value: 'a', words: ['x'] }), { op: 'remove', path: ':record.words' }, record({ value: 'a' })],
    [
      record({ wholes: [1] }),
      { op: 'add', path: ':record', value: { wholes: [2] } },
      record({ wholes: [2] }),
    ],
    [
      records(a, b),
      { op: 'add', path: ':records[value eq "a"].words', value: ['z'] },
      records({ ...a, words: ['x', 'z'] }, b),
    ],
    [records(a, b), { op: 'add', path: ':records.words', value: 'x' }, records(a, b)],
    [records(a, b), { op: 'add', path: ':records.words', value: [] }, records(a, b)],
    [
      records(a, { value: 'c' }),
      { op: 'add', path: ':records.words', value: ['x'] },
      records(a, { value: 'c', words: ['x'] }),
    ],
    [
      records(a, { value: 'c' }),
      { op: 'remove', path: ':records.words', value: ['z'] },
      records(a, { value: 'c' }),
    ],
    [
      records(a, b),
      { op: 'replace', path: ':records[value eq "b"].words', value: [] },
      records(a, { value: 'b' }),
    ],
    [
      records(a, b),
      { op: 'replace', path: ':records[value eq "b"].words', value: ['z'] },
      records(a, { ...b, words: ['z'] }),
    ],
    [
      records(a, b),
      { op: 'remove', path: ':records[value eq "b"].words', value: ['x'] },
      records(a, { ...b, words: ['y'] }),
    ],
    [
      records(a, b),
      { op: 'remove', path: ':records.words', value: ['x'] },
      records({ value: 'a' }, { ...b, words: ['y'] }),
    ],
    [records(a, b), { op: 'remove', path: ':records[value eq "b"].words' }, records(a, { value: 'b' })],
    [records(a, b), { op: 'remove', path: ':records[words eq "y"]' }, records(a)],
    [
      records(a),
      { op: 'add', path: ':records[value eq "c"].words', value: 'z' },
      records(a, { value: 'c', words: ['z'] }),
    ],
    [
      records(a),
      { op: 'add', path: ':records[words eq "z"].value', value: 'c' },
      records(a, { value: 'c', words: ['z'] }),
    ],
    [records(a), { op: 'add', path: ':records[wholes eq 1.5].value', value: 'c' }, 'invalidValue'],
    [records(a), { op: 'remove', path: ':record.words[value eq "x"]' }, 'invalidPath'],
  ])('%j, %j', (before, operation, after) => {
    expect(patch(before, operation, dialect)).toEqual(after);
  });
});

describe('a list where one value is sent', () => {
  it('is what add takes, and replace of the lenient dialect', () => {
    const replace = { op: 'replace', path: ':record.words', value: 'x' };
    expect(patch({}, replace, 'strict')).toBe('invalidValue');
    expect(patch({}, replace, 'lenient')).toEqual({ record: { words: ['x'] } });
  });

  it('never empties a list that a remove with an empty value is about', () => {
    const remove = { op: 'remove', path: ':record.words', value: '' };
    expect(patch({ record: { words: ['x'] } }, remove, 'lenient')).toEqual({ record: { words: ['x'] } });
  });
});
