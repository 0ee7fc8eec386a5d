import { type Response } from 'express';
import { type ObservedRequest } from '../access/authenticated-request.js';
import { type Settings } from '../config/settings.js';
import { TooManyRequestsError } from '../protocol/error/too-many-requests.error.js';
import { RefusedRates } from './refused-rates.js';
import { RequestLimits } from './request-limits.js';

const RATE = 50;
const STEP_MS = 2;

/** A sender of requests, and when those were let in. */
class Sender {
  readonly granted: number[] = [];
  private readonly refusedRates = new RefusedRates();
  private readonly limits = new RequestLimits(
    { rateLimit: RATE, rateBurst: 0, workers: 1, companyRequests: 1000 } as Settings,
    this.refusedRates,
  );

  /** Sends a request. @returns whether it was let in */
  async send(): Promise<boolean> {
    if (this.refusedRates.find('Bearer one') !== undefined) return false;
    const request = { headers: { authorization: 'Bearer one' }, facts: {} } as unknown as ObservedRequest;
    const response = { setHeader: () => response, once: () => response } as unknown as Response;
    try {
      await this.limits.admit(request, response, { id: '1', kind: 'company', company: 'acme' });
    } catch (error) {
      expect(error).toBeInstanceOf(TooManyRequestsError);
      return false;
    }
    this.granted.push(performance.now());
    return true;
  }

  /** Sends without a pause for so many milliseconds. */
  async press(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += STEP_MS) {
      await this.send();
      await vi.advanceTimersByTimeAsync(STEP_MS);
    }
  }

  /** How many were let in between two moments. */
  grantedBetween(from: number, to: number): number {
    return this.granted.filter((at) => at >= from && at < to).length;
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

it('grants a sender that does not wait its rate in tenths of a second', async () => {
  const sender = new Sender();
  const begun = performance.now();
  await sender.press(4000);
  expect(sender.grantedBetween(begun, begun + 1000)).toBe(RATE);
  for (let from = begun + 1000; from < begun + 3900; from += 10)
    expect(sender.grantedBetween(from, from + 90)).toBeLessThanOrEqual((2 * RATE) / 10);
  expect(sender.grantedBetween(begun + 1000, begun + 4000)).toBeGreaterThan(2.5 * RATE);
  expect(sender.grantedBetween(begun + 1000, begun + 4000)).toBeLessThanOrEqual(3 * RATE);
});

it('grants a sender that waits as it was told to its whole rate at once', async () => {
  const sender = new Sender();
  await sender.press(3000);
  await vi.advanceTimersByTimeAsync(1000);
  const answers = await Promise.all(Array.from({ length: RATE }, () => sender.send()));
  expect(new Set(answers)).toEqual(new Set([true]));
});

it('grants many senders with one credential, who all wait as they were told to, the whole rate each second', async () => {
  const sender = new Sender();
  for (let second = 0; second < 3; second += 1) {
    const answers = await Promise.all(Array.from({ length: 3 * RATE }, () => sender.send()));
    expect(answers.filter(Boolean)).toHaveLength(RATE);
    await vi.advanceTimersByTimeAsync(1000);
  }
});
