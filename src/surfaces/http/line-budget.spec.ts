import { vi } from 'vitest';
import { LineBudget, type LeftOut } from './line-budget.js';

let told: LeftOut<string>[];
let budget: LineBudget<string>;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  budget = new LineBudget((leftOut) => told.push(leftOut));
});
afterEach(() => {
  vi.useRealTimers();
});

const takeMany = (kind: string, count: number): number =>
  Array.from({ length: count }, (_, index) => budget.take(kind, `${kind} ${index}`)).filter(Boolean).length;

it('writes a hundred lines of a kind in ten seconds, and tells how many more there were', () => {
  expect(takeMany('a', 130)).toBe(100);
  expect(takeMany('b', 3)).toBe(3);
  vi.advanceTimersByTime(9_999);
  expect(told).toEqual([]);
  expect(takeMany('a', 1)).toBe(0);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([{ example: 'a 0', lines: 31 }]);
  expect(takeMany('a', 101)).toBe(100);
});

it('keeps a thousand kinds at most, and one for all others', () => {
  for (let kind = 0; kind < 5_000; kind++) budget.take(`kind ${kind}`, 'x');
  expect(takeMany('one more', 5)).toBe(0);
  expect(takeMany('kind 7', 5)).toBe(5);
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([{ example: 'x', lines: 3_905 }]);
});
