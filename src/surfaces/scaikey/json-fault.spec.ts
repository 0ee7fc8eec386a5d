import fc from 'fast-check';
import { finish } from '../../protocol/work.js';
import { findJsonFault, type JsonFault } from './json-fault.js';

const faultOf = (text: string): JsonFault | undefined => finish(findJsonFault(text));

const PROPERTY = 'Expecting property name enclosed in double quotes';
const COMMA = "Expecting ',' delimiter";

// What Python's json.loads says of these.
it.each([
  ['', 'Expecting value', 0],
  ['  ', 'Expecting value', 2],
  ['{"displayName": x}', 'Expecting value', 16],
  ['{', PROPERTY, 1],
  ['{a:1}', PROPERTY, 1],
  ['{"a":1,}', PROPERTY, 7],
  ['{"a"', "Expecting ':' delimiter", 4],
  ['{"a" 1}', "Expecting ':' delimiter", 5],
  ['{"a":', 'Expecting value', 5],
  ['{"a":1 "b":2}', COMMA, 7],
  ['{"a":1', COMMA, 6],
  ['[1 2]', COMMA, 3],
  ['[1', COMMA, 2],
  ['[', 'Expecting value', 1],
  ['[1,]', 'Expecting value', 3],
  ['{"a":1}x', 'Extra data', 7],
  ['01', 'Extra data', 1],
  ['1.', 'Extra data', 1],
  ['1e', 'Extra data', 1],
  ['-', 'Expecting value', 0],
  ['nul', 'Expecting value', 0],
  ['{"a":"b', 'Unterminated string starting at', 5],
  ['"\\', 'Unterminated string starting at', 0],
  ['{"a":"\\q"}', 'Invalid \\escape', 6],
  ['{"a":"\\u12"}', 'Invalid \\uXXXX escape', 7],
  ['"\\u1234', 'Invalid \\uXXXX escape', 2],
  ['{"a":"\n"}', 'Invalid control character at', 6],
  ['{"displayName":"é😀", x}', PROPERTY, 21],
])('%j: %s at %i', (text, message, offset) => {
  expect(faultOf(text)).toEqual({ message, offset });
});

it('finds nothing in JSON, however it is spaced', () => {
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 0, max: 4 }), (text, indent) => {
      expect(faultOf(JSON.stringify(JSON.parse(text), null, indent))).toBeUndefined();
    }),
  );
});

it('finds a fault exactly where JSON.parse does', () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(40), fc.constantFrom(...'{}[]",:\\x0-.e\n'))
    .map(([text, index, character]) => text.slice(0, index) + character + text.slice(index + 1));
  fc.assert(
    fc.property(damaged, (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      expect(faultOf(text) === undefined).toBe(isJson);
    }),
    { numRuns: 1000 },
  );
});

it('says nothing of a text that is nested too deeply', () => {
  expect(faultOf('['.repeat(1_000_000))).toBeUndefined();
});
