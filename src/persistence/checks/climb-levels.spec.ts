import { finish } from '../../protocol/work.js';
import { ID_LENGTH, prepareIds } from '../sql/resource-id.js';
import { type LevelRow, verdictsOf } from './climb-levels.js';

const MOST = 100;

/** A bigint[] as PostgreSQL sends it, which is the form in which it takes one. */
const sent = (...ids: readonly number[]): string =>
  finish(prepareIds(ids.map((id) => id.toString(16).padStart(ID_LENGTH, '0')))).array.toString('hex');
const asked = (verdicts: string, members: readonly number[], groups: readonly number[]): LevelRow => ({
  ...{ level: 0, total: '0', verdicts, members: sent(...members), groups: sent(...groups) },
});
const level = (
  at: number,
  total: number,
  members: readonly number[],
  groups: readonly number[],
): LevelRow => ({
  ...{ level: at, total: String(total), verdicts: null, members: sent(...members), groups: sent(...groups) },
});

it('leaves what is decided, and finds the rest from the top down, in whatever order the levels come', () => {
  const rows = [
    level(2, 3, [10], [20]),
    asked('?m?i?', [1, 1, 2, 0, 1], [20, 10, 20, 0, 30]),
    level(1, 2, [1, 2], [10, 11]),
  ];
  expect(verdictsOf(rows, MOST)).toBe('mmnin');
});

it('says no of users who are in no group', () => {
  expect(verdictsOf([asked('?m', [1, 2], [20, 20])], MOST)).toBe('nm');
});

it('decides nothing where it may not have read up to the end', () => {
  const first = asked('?', [1], [20]);
  expect(verdictsOf([first, level(1, MOST + 1, [1], [20])], MOST)).toBeUndefined();
  expect(verdictsOf([first, level(32, 32, [1], [20])], MOST)).toBeUndefined();
});
