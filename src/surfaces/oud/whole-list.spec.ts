import { type ListPage } from '../../scim/cursors/cursor-pages.js';
import { listWhole, type Part } from './whole-list.js';

const TOTAL = 2_500;

let asked: Part[];
beforeEach(() => {
  asked = [];
});

/** A page of numbers from 1 to {@link TOTAL}, without those that are deleted after it was selected. */
function readPage(part: Part, isDeleted: (number: number) => boolean): Promise<ListPage<number>> {
  asked.push(part);
  const start = part.after === undefined ? part.startIndex : Number(part.after) + 1;
  const end = Math.min(start + part.count, TOTAL + 1);
  if (end <= start) return Promise.resolve({ totalResults: TOTAL, resources: [] });
  const selected = Array.from({ length: end - start }, (_, index) => start + index);
  const [first, last] = [start, end - 1].map((number) => ({ id: String(number), key: null }));
  const bounds = first && last && { first, last, hasMore: end <= TOTAL };
  const resources = selected.filter((number) => !isDeleted(number));
  return Promise.resolve({ totalResults: TOTAL, resources, ...(bounds && { bounds }) });
}

async function listed(
  part: Part,
  isDeleted: (number: number) => boolean = () => false,
): Promise<readonly number[]> {
  const { totalResults, resources } = await listWhole(part, (each) => readPage(each, isDeleted));
  expect(totalResults).toBe(TOTAL);
  const found: number[] = [];
  for await (const number of resources) found.push(number);
  return found;
}

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const WHOLE = { startIndex: 1, count: Number.MAX_SAFE_INTEGER };

it('a whole list is read to its end, and no further', async () => {
  expect(await listed(WHOLE)).toEqual(numbers(1, TOTAL));
  expect(asked).toEqual([
    { startIndex: 1, count: 1_000 },
    { startIndex: 1, count: 1_000, after: '1000' },
    { startIndex: 1, count: 1_000, after: '2000' },
  ]);
});

it.each<[string, (number: number) => boolean]>([
  ['one', (number) => number === 700],
  ['its last one', (number) => number === 1_000],
  ['all', (number) => number <= 1_000],
])('it goes on behind a page of which %s was deleted', async (_, isDeleted) => {
  const expected = numbers(1, TOTAL).filter((number) => !isDeleted(number));
  expect(await listed(WHOLE, isDeleted)).toEqual(expected);
});

it('a part has as many as were asked for, also where one of them was deleted', async () => {
  expect(await listed({ startIndex: 11, count: 1_050 })).toEqual(numbers(11, 1_060));
  const found = await listed({ startIndex: 11, count: 1_050 }, (number) => number === 700);
  expect(found).toEqual(numbers(11, 1_061).filter((number) => number !== 700));
});

it.each([
  [0, 1, []],
  [3, TOTAL, [TOTAL]],
  [3, TOTAL + 1, []],
])('%i from place %i are %j', async (count, startIndex, expected) => {
  expect(await listed({ startIndex, count })).toEqual(expected);
  expect(asked).toHaveLength(1);
});
