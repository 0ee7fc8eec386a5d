import { firstIdAt, lastIdAt, timeOfId } from './id-times.js';

const BITS = 22;

it('an id is of the time between its first and its last one', () => {
  const time = new Date('2026-01-31T08:30:00.123Z');
  const first = BigInt(firstIdAt(time));
  expect(BigInt(lastIdAt(time)) - first).toBe(2n ** BigInt(BITS) - 1n);
  expect(BigInt(firstIdAt(new Date(time.getTime() + 1)))).toBe(BigInt(lastIdAt(time)) + 1n);
  expect(firstIdAt(new Date('2024-01-01T00:00:00Z'))).toBe('0');
  expect(timeOfId(first)).toEqual(time);
  expect(timeOfId(BigInt(lastIdAt(time)))).toEqual(time);
});

it.each(['0000-01-01', '1954-01-01', '2094-01-01', '9999-12-31T23:59:59.999Z'])(
  'ids of %s are bigints of PostgreSQL',
  (text) => {
    for (const id of [firstIdAt, lastIdAt])
      expect(BigInt.asIntN(64, BigInt(id(new Date(text))))).toBe(BigInt(id(new Date(text))));
    expect(BigInt(firstIdAt(new Date(text))) < 0n).toBe(text < '2024');
  },
);
