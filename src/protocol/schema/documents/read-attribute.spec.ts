import { type Json } from '../../json.js';
import { type AttributeDefinition } from '../schema.js';
import { readAttributes } from './read-attribute.js';

function read(...values: Json[]): { read: AttributeDefinition[]; faults: string[] } {
  const faults: string[] = [];
  const report = (path: string, problem: string): void => void faults.push(`${path}: ${problem}`);
  return { read: readAttributes(values, 'attributes', report), faults };
}

describe('readAttributes', () => {
  it.each(['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary'])(
    'knows the type %s',
    (type) => {
      const { read: definitions, faults } = read({ name: 'a', type });
      expect(faults).toEqual([]);
      expect(definitions).toMatchObject([{ name: 'a', type }]);
    },
  );

  it('leaves out what has no name that could be used, with its parts', () => {
    const parts = { type: 'complex', subAttributes: [{ name: 'x' }] };
    const { read: definitions, faults } = read({ type: 'string' }, { name: '1', ...parts }, { name: 'a' });
    expect(definitions.map(({ name }) => name)).toEqual(['a']);
    expect(faults).toEqual([
      'attributes[0].name: is missing',
      'attributes[1].name: expected a letter and then letters, digits, "$", "-" and "_" (RFC 7643 §2.1)',
    ]);
  });

  it('reads the parts of a complex attribute, and keeps it without any', () => {
    const { read: definitions } = read(
      { name: 'a', type: 'complex', subAttributes: [{ name: '$ref' }, { name: '$other' }, { name: 'x' }] },
      { name: 'b', type: 'complex' },
    );
    expect(definitions.map(({ subAttributes }) => subAttributes?.map(({ name }) => name))).toEqual([
      ['$ref', 'x'],
      [],
    ]);
  });

  it.each<[string, Json, string[]]>([
    [
      'a part called $other',
      { type: 'complex', subAttributes: [{ name: '$other' }] },
      ['subAttributes[0].name'],
    ],
    ['required beside readOnly', { required: true, mutability: 'readOnly' }, ['required']],
    [
      'usual values of a complex one',
      { type: 'complex', canonicalValues: ['x'], subAttributes: [{ name: 'b' }] },
      ['canonicalValues'],
    ],
    ['a unique dateTime', { type: 'dateTime', uniqueness: 'server' }, ['uniqueness']],
    ['a unique binary', { type: 'binary', uniqueness: 'global' }, ['uniqueness']],
    [
      'a unique complex one',
      { type: 'complex', uniqueness: 'server', subAttributes: [{ name: 'b' }] },
      ['uniqueness'],
    ],
    ['writeOnly, said to be never returned', { mutability: 'writeOnly', returned: 'never' }, []],
    ['a unique integer', { type: 'integer', uniqueness: 'server' }, []],
    ['case-exact, said to be not', { type: 'reference', caseExact: false }, []],
  ])('places its complaints: %s', (_what, rest, places) => {
    const { faults } = read({ name: 'a', ...(rest as object) });
    expect(faults.map((line) => line.split(': ', 1)[0])).toEqual(
      places.map((place) => `attributes[0].${place}`),
    );
  });

  it.each([
    [
      { required: true, mutability: 'readOnly' },
      'required: no client can send a value that is required and readOnly',
    ],
    [
      { mutability: 'writeOnly', returned: 'request' },
      'returned: expected "never", since a writeOnly value is never returned (RFC 7643 §7)',
    ],
  ])('says why %j contradicts itself', (rest, problem) => {
    expect(read({ name: 'a', ...rest }).faults).toEqual([`attributes[0].${problem}`]);
  });

  it.each([true, false])('takes caseExact as it is said: %s', (caseExact) => {
    expect(read({ name: 'a', caseExact }, { name: 'b', type: 'binary', caseExact }).read).toMatchObject([
      { caseExact },
      { caseExact },
    ]);
  });
});
