import fc from 'fast-check';
import { runs } from '../../../test/support/property-runs.js';
import { editDistance } from './edit-distance.js';

it.each([
  ['Users', 'users', 0],
  ['User', 'Users', 1],
  ['Uers', 'Users', 1],
  ['Useers', 'Users', 1],
  ['Uzers', 'Users', 1],
  ['Uesrs', 'Users', 1],
  ['Group', 'Groups', 1],
  ['ResourceTpye', 'ResourceTypes', 2],
  ['', 'ab', 2],
  ['abc', 'cab', 2],
  ['Roles', 'Users', undefined],
  ['', 'abc', undefined],
  ['x'.repeat(20_000), 'Users', undefined],
])('%.20j and %j', (a, b, distance) => {
  expect(editDistance(a, b, 2)).toBe(distance);
});

it('is the same both ways, and nothing between a word and itself', () => {
  const word = fc.string({ maxLength: 8, unit: fc.constantFrom(...'abc') });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b, 9)).toBe(editDistance(b, a, 9));
      expect(editDistance(a, a, 0)).toBe(0);
      expect(editDistance(a, b, 0)).toBe(a === b ? 0 : undefined);
    }),
    runs(100),
  );
});
