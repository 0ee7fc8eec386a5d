import { setImmediate as turn } from 'node:timers/promises';
import { type Work } from '../protocol/work.js';
import { inPieces } from './in-pieces.js';

// The clock goes on by works alone, so that it does not matter how fast the machine is.
let clock: number;
beforeEach(() => {
  clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
});
afterEach(() => vi.restoreAllMocks());

/** A work whose every piece takes six milliseconds, which is longer than a stretch. */
function* slow(pieces: number, onPiece: () => void): Work<number> {
  for (let piece = 0; piece < pieces; piece += 1) {
    clock += 6;
    onPiece();
    yield;
  }
  return pieces;
}

describe('inPieces', () => {
  it('gives what the work gives, and throws what it throws', async () => {
    expect(await inPieces(slow(2, () => undefined))).toBe(2);
    const failing = slow(2, () => {
      throw new Error('no');
    });
    await expect(inPieces(failing)).rejects.toThrow('no');
  });

  it('lets one work of all go on in each round of the event loop', async () => {
    let pieces = 0;
    const works = [0, 1, 2].map(() => inPieces(slow(4, () => (pieces += 1))));
    await turn();
    for (let done = false; !done;) {
      const before = pieces;
      done = await Promise.race([Promise.all(works).then(() => true), turn(false)]);
      expect(pieces - before).toBeLessThanOrEqual(2);
    }
    expect(pieces).toBe(12);
  });

  it('lets long works go one after the other, with every second stretch beside short ones', async () => {
    const order: string[] = [];
    const named = (name: string, pieces: number): Promise<number> =>
      inPieces(slow(pieces, () => order.push(name)));
    const works = [named('a', 30), named('b', 30)];
    while (order.length < 30) await turn();
    works.push(named('c', 3));
    await Promise.all(works);
    const [lastOfA, lastOfC] = [order.lastIndexOf('a'), order.lastIndexOf('c')];
    // Until it counts as a long one, it has nine pieces of six milliseconds.
    expect(order.slice(0, lastOfA).filter((name) => name === 'b')).toHaveLength(9);
    expect(lastOfC).toBeLessThan(lastOfA);
    expect(order.slice(order.indexOf('c'), lastOfC).filter((name) => name === 'a')).toHaveLength(2);
  });

  it('lets many short works through in one round, behind a long one', async () => {
    let done = 0;
    const long = inPieces(slow(3, () => undefined));
    const short = Array.from({ length: 100 }, async () => {
      await inPieces(slow(0, () => undefined));
      done += 1;
    });
    await turn();
    await turn();
    expect(done).toBe(100);
    await Promise.all([long, ...short]);
  });
});
