import fc from 'fast-check';
import { type Attempt, judgeAttempt, judgeEndpoint } from './attempts.js';

const answer = (status: number | undefined, retryAfter?: number): Attempt['answer'] & object => ({
  status,
  retryAfter,
  error: undefined,
  excerpt: undefined,
});
const RETRIES = [5000, 300_000];

it('takes 2xx alone for a success', () => {
  for (const status of [200, 204, 299])
    expect(judgeAttempt(answer(status), 0, RETRIES).outcome).toBe('delivered');
  for (const status of [100, 199, 300, 301, 304, 400, 410, 500, undefined])
    expect(judgeAttempt(answer(status), 0, RETRIES).outcome).toBe('retry');
});

it('tries again after each pause, a tenth earlier or later, or as the receiver asks, and then no more', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 4 }),
      fc.option(fc.nat({ max: 200_000_000 }), { nil: undefined }),
      (attempts, asked) => {
        const { outcome, wait } = judgeAttempt(answer(500, asked), attempts, RETRIES);
        const pause = RETRIES[attempts];
        if (pause === undefined) {
          expect(outcome).toBe('failed');
          return;
        }
        expect(outcome).toBe('retry');
        const least = Math.min(asked ?? 0, 86_400_000);
        expect(wait).toBeGreaterThanOrEqual(Math.max(least, pause * 0.9));
        expect(wait).toBeLessThanOrEqual(Math.max(least, pause * 1.1));
      },
    ),
  );
});

const attempt = (status: number | undefined, outcome: Attempt['outcome'], retryAfter?: number): Attempt => ({
  ...{ deliveryId: '0'.repeat(16), type: undefined, durationMs: 1, wait: 0, outcome },
  answer: answer(status, retryAfter),
});

it('counts what fails in a row, and gives pauses behind ten or when a receiver is overloaded', () => {
  const failures = (count: number, status?: number): readonly Attempt[] =>
    Array.from({ length: count }, () => attempt(status, 'retry'));
  expect(judgeEndpoint(0, failures(10))).toMatchObject({ failures: 10, pause: 0, disabled: undefined });
  expect(judgeEndpoint(10, failures(1)).pause).toBeGreaterThanOrEqual(900);
  expect(judgeEndpoint(1000, failures(1)).pause).toBeLessThanOrEqual(330_000);
  for (const status of [429, 502, 504])
    expect(judgeEndpoint(0, failures(1, status)).pause).toBeGreaterThan(0);
  expect(judgeEndpoint(0, [attempt(429, 'retry', 60_000)]).pause).toBe(60_000);
  expect(judgeEndpoint(0, [attempt(500, 'retry', 60_000)]).pause).toBe(0);
  expect(judgeEndpoint(10, [attempt(204, 'delivered')])).toMatchObject({ failures: 0, recovered: true });
  expect(judgeEndpoint(9, [attempt(204, 'delivered')])).toMatchObject({ failures: 0, recovered: false });
  expect(judgeEndpoint(3, [{ ...attempt(undefined, 'released'), answer: undefined }])).toMatchObject({
    failures: 3,
  });
});

it('ends an endpoint that is gone, or whose delivery has failed for good', () => {
  expect(judgeEndpoint(0, [attempt(410, 'retry')]).disabled).toBe('gone');
  expect(judgeEndpoint(0, [attempt(500, 'failed'), attempt(204, 'delivered')]).disabled).toBe('failing');
});
