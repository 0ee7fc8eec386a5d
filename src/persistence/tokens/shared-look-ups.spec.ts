import { SharedLookUps } from './shared-look-ups.js';

/** Look-ups that end when the test says so. */
class Source {
  readonly begun: { readonly key: string; end: (value: string) => void; fail: (error: Error) => void }[] = [];
  readonly shared = new SharedLookUps(
    (key) => new Promise<string>((end, fail) => this.begun.push({ key, end, fail })),
  );
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('looks a key up once at a time, and once more for all who have asked meanwhile', async () => {
  const { begun, shared } = new Source();
  const first = shared.find('a');
  const others = [shared.find('a'), shared.find('a'), shared.find('a')];
  const another = shared.find('b');
  await settle();
  expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
  begun[0]?.end('before');
  begun[1]?.end('b');
  await settle();
  const late = shared.find('a');
  expect(begun).toHaveLength(3);
  begun[2]?.end('after');
  await settle();
  begun[3]?.end('last');
  expect(await first).toBe('before');
  expect(await another).toBe('b');
  expect(await Promise.all(others)).toEqual(['after', 'after', 'after']);
  expect(await late).toBe('last');
  await settle();
  void shared.find('a');
  expect(begun).toHaveLength(5);
});

it('tells a failure to those whose look-up it was', async () => {
  const { begun, shared } = new Source();
  const first = shared.find('a');
  const second = shared.find('a');
  begun[0]?.fail(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await settle();
  begun[1]?.end('there');
  expect(await second).toBe('there');
});
