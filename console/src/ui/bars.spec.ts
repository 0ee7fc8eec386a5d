import { type BarRow, scaleOf } from './bars.js';

const row = (height: number, ...numbers: number[]): BarRow => ({
  bars: numbers.map((number) => ({ number, text: String(number) })),
  tone: 'plain',
  height,
});

it.each([
  ['the highest of a row by itself has the whole height', [row(50, 3, 10)], 5],
  ['few below many are as small as they are', [row(50, 500), row(30, 2)], 0.1],
  ['many below few have room', [row(50, 2), row(30, 60)], 0.5],
  ['no numbers need no room', [row(50, 0), row(30)], 30],
])('%s', (_, rows, scale) => {
  expect(scaleOf(rows)).toBe(scale);
});
