import { vi } from 'vitest';
import { UnavailableError } from '../../protocol/error/unavailable.error.js';
import { BodyShares, type Share } from './body-shares.js';

const LIMITS = { total: 10, perCompany: 6, patience: 1000, waiting: 3 };

/** Takes a share, and tells whether it is there. */
function take(shares: BodyShares, company: string, bytes: number): { there: boolean; share: Promise<Share> } {
  const taken = { there: false, share: shares.take(company, bytes) };
  taken.share.then(
    () => (taken.there = true),
    () => undefined,
  );
  return taken;
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe('BodyShares', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('gives what there is at once, to a company at most its part', async () => {
    const shares = new BodyShares(LIMITS);
    const [first, second, other] = [take(shares, 'a', 4), take(shares, 'a', 3), take(shares, 'b', 4)];
    await settle();
    expect([first.there, second.there, other.there]).toEqual([true, false, true]);
    (await first.share).release();
    await settle();
    expect(second.there).toBe(true);
  });

  it('counts more than a company may have as all of that', async () => {
    const shares = new BodyShares(LIMITS);
    const first = take(shares, 'a', 100);
    await settle();
    expect([first.there, take(shares, 'b', 4).there]).toEqual([true, false]);
  });

  it('serves companies in turns, and each in its order', async () => {
    const shares = new BodyShares({ ...LIMITS, perCompany: 10 });
    const all = await shares.take('a', 10);
    const order: string[] = [];
    for (const [company, name] of [
      ['a', 'a1'],
      ['a', 'a2'],
      ['b', 'b1'],
      ['c', 'c1'],
      ['b', 'b2'],
    ] as const) {
      void shares.take(company, 10).then((share) => {
        order.push(name);
        share.release();
      });
    }
    all.release();
    for (let round = 0; round < 5; round += 1) await settle();
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2']);
  });

  it('takes a request whose client has gone out of its queue, and serves those behind it', async () => {
    const shares = new BodyShares(LIMITS);
    const first = await shares.take('a', 4);
    const client = new AbortController();
    const gone = shares.take('a', 6, client.signal);
    const next = take(shares, 'a', 2);
    await settle();
    expect(next.there).toBe(false);
    client.abort();
    await expect(gone).rejects.toMatchObject({ name: 'ClientGoneError' });
    expect(next.there).toBe(true);
    first.release();
  });

  it('lets no small request overtake one that waits for what others have', async () => {
    const shares = new BodyShares(LIMITS);
    const first = await shares.take('a', 6);
    const large = take(shares, 'b', 6);
    const small = take(shares, 'c', 2);
    await settle();
    expect([large.there, small.there]).toEqual([false, false]);
    first.release();
    await settle();
    expect([large.there, small.there]).toEqual([true, true]);
  });

  it('gives back what a body turned out not to need', async () => {
    const shares = new BodyShares(LIMITS);
    const first = await shares.take('a', 6);
    const second = take(shares, 'a', 4);
    first.shrink(2);
    await settle();
    expect(second.there).toBe(true);
    first.release();
    first.release();
    (await second.share).release();
    expect(await shares.take('a', 6)).toBeDefined();
  });

  it('is unavailable after a while, and at once where too many wait; the place is free then', async () => {
    const shares = new BodyShares(LIMITS);
    const first = await shares.take('a', 6);
    const waiting = [0, 1, 2].map(() => shares.take('a', 6));
    await expect(shares.take('a', 6)).rejects.toThrow(UnavailableError);
    const refused = Promise.allSettled(waiting);
    vi.advanceTimersByTime(LIMITS.patience);
    expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    first.release();
    expect(await shares.take('a', 6)).toBeDefined();
  });
});
