import { vi } from 'vitest';
import { sayIfSlow } from './progress.js';

const said: string[] = [];
const say = (line: string): void => void said.push(line);

beforeEach(() => {
  said.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it('says what it waits for once that takes a second, and not afterwards', async () => {
  let end = (): void => undefined;
  const slow = sayIfSlow(say, 'Waiting …', new Promise<void>((resolve) => (end = resolve)));
  vi.advanceTimersByTime(999);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(said).toEqual(['Waiting …']);
  end();
  await slow;

  await expect(sayIfSlow(say, 'never', Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(await sayIfSlow(say, 'never', Promise.resolve(1))).toBe(1);
  vi.advanceTimersByTime(5000);
  expect(said).toEqual(['Waiting …']);
});
