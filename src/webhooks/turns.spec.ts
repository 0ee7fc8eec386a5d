import { Turns } from './turns.js';

it('lets so many work at a time, in their order, also when some fail', async () => {
  const turns = new Turns(2);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, number) =>
      turns.take(async () => {
        begun.push(number);
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (number % 3 === 0) throw new Error('no');
        return number;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(begun).toEqual([...begun].sort((one, other) => one - other));
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(7);
  expect(await turns.take(() => Promise.resolve('free'))).toBe('free');
});
