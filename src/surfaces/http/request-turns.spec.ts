import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextRound } from 'node:timers/promises';
import { RequestTurns } from './request-turns.js';

/** What has been begun of `count` requests of a sender: `a1` is the first one of `a`. */
function sendAll(turns: RequestTurns, begun: string[], sender: string, count: number): void {
  for (let number = 1; number <= count; number += 1)
    turns.take(sender, () => begun.push(`${sender}${number}`));
}

it('begins a request at once, and no more than some in one round of the event loop', async () => {
  const turns = new RequestTurns();
  const begun: string[] = [];
  sendAll(turns, begun, 'a', 10);
  expect(begun).toEqual(['a1', 'a2', 'a3', 'a4']);
  await nextRound();
  expect(begun).toHaveLength(8);
  await nextRound();
  expect(begun).toHaveLength(10);
});

it('lets senders take turns, each of them with its requests in their order', async () => {
  const turns = new RequestTurns();
  const begun: string[] = [];
  sendAll(turns, begun, 'a', 200);
  sendAll(turns, begun, 'b', 2);
  sendAll(turns, begun, 'c', 1);
  await nextRound();
  expect(begun.slice(4)).toEqual(['a5', 'b1', 'c1', 'a6']);
  await nextRound();
  expect(begun.slice(8)).toEqual(['b2', 'a7', 'a8', 'a9']);
});

it('puts a request behind those that wait already, and begins again at once when none does', async () => {
  const turns = new RequestTurns();
  const begun: string[] = [];
  sendAll(turns, begun, 'a', 7);
  await nextRound();
  sendAll(turns, begun, 'b', 1);
  expect(begun).toHaveLength(8);
  sendAll(turns, begun, 'c', 1);
  expect(begun).not.toContain('c1');
  await nextRound();
  expect(begun).toContain('c1');
  await nextRound();
  sendAll(turns, begun, 'd', 1);
  expect(begun.at(-1)).toBe('d1');
});

it('begins a request in the context in which it came', async () => {
  const turns = new RequestTurns();
  const contexts = new AsyncLocalStorage<number>();
  const seen: (number | undefined)[] = [];
  for (let number = 1; number <= 6; number += 1) {
    contexts.run(number, () => turns.take('a', () => seen.push(contexts.getStore())));
  }
  await nextRound();
  expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
});
