import { vi } from 'vitest';
import { HOURLY, RepeatedTask } from './repeated-task.js';

const HOUR = 3_600_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('runs after a minute, and an hour after the end of each time', async () => {
  let end = (): void => undefined;
  const task = vi.fn(() => new Promise<void>((resolve) => (end = resolve)));
  const hourly = new RepeatedTask(task, HOURLY);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(task).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(task).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(3 * HOUR);
  expect(task).toHaveBeenCalledTimes(1);
  end();
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(task).toHaveBeenCalledTimes(2);
  hourly.stop();
});

it('is not begun once it is stopped', async () => {
  const task = vi.fn(() => Promise.resolve());
  const hourly = new RepeatedTask(task, HOURLY);
  hourly.stop();
  await vi.advanceTimersByTimeAsync(2 * HOUR);
  expect(task).toHaveBeenCalledTimes(0);
  expect(hourly.isStopped).toBe(true);
});

it('is not begun again where it is stopped in the middle', async () => {
  let end = (): void => undefined;
  const hourly = new RepeatedTask(() => new Promise<void>((resolve) => (end = resolve)), HOURLY);
  await vi.advanceTimersByTimeAsync(60_000);
  hourly.stop();
  end();
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});
