import { Backoff, readRetryAfter, sleep } from './backoff.js';

const delays = (random: number, count: number): readonly number[] => {
  const backoff = new Backoff(() => random);
  return Array.from({ length: count }, () => backoff.next());
};

it('grows from a quarter of a second to thirty, of which half is drawn', () => {
  expect(delays(1, 9)).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect(delays(0, 9)).toEqual([125, 250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
});

it('begins again after a success, and waits longer where it is asked to', () => {
  const backoff = new Backoff(() => 1);
  expect([backoff.next(), backoff.next(2000)]).toEqual([250, 2500]);
  backoff.reset();
  expect(backoff.next()).toBe(250);
});

it.each([
  [null, undefined],
  ['120', 120_000],
  [' 0 ', 0],
  ['Sun, 29 Nov 2026 09:30:10 GMT', 10_000],
  ['Sun, 29 Nov 2026 09:29:00 GMT', 0],
  ['999999999', 86_400_000],
  ['soon', undefined],
])('reads Retry-After %j', (value, milliseconds) => {
  expect(readRetryAfter(value, Date.parse('2026-11-29T09:30:00Z'))).toBe(milliseconds);
});

it('ends a wait as soon as it is aborted, with the reason', async () => {
  const controller = new AbortController();
  const waits = sleep(1e9, controller.signal);
  controller.abort(new Error('enough'));
  await expect(waits).rejects.toThrow('enough');
  await expect(sleep(1e9, controller.signal)).rejects.toThrow('enough');
  await sleep(0, new AbortController().signal);
});
