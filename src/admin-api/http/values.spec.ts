import 'reflect-metadata';
import { validate } from 'class-validator';
import { IsWholeNumber } from './values.js';

class Query {
  @IsWholeNumber(1, 200)
  count: unknown = 1;

  @IsWholeNumber(0, 30, { kind: ' of seconds' })
  wait: unknown = 0;

  @IsWholeNumber(1, 1440, { inWords: 'a day' })
  minutes: unknown = 1440;
}

/** What is said of a property with that value. */
async function saidOf(property: keyof Query, value: unknown): Promise<readonly string[]> {
  const [error] = await validate(Object.assign(new Query(), { [property]: value }));
  return Object.values(error?.constraints ?? {});
}

it.each<[keyof Query, unknown, string]>([
  ['count', 1.5, 'count is a whole number'],
  ['count', 0, 'count is at least 1'],
  ['count', 201, 'count is at most 200'],
  ['wait', 0.5, 'wait is a whole number of seconds'],
  ['minutes', 1441, 'minutes is at most 1440, a day'],
])('the %s %j is refused: %s', async (property, value, said) => {
  expect(await saidOf(property, value)).toEqual([said]);
});

it('what is no number is told to be none last', async () => {
  const said = await saidOf('count', 'x');
  expect(said).toHaveLength(3);
  expect(said.at(-1)).toBe('count is a whole number');
});

it('both bounds are taken', async () => {
  for (const count of [1, 200]) expect(await saidOf('count', count)).toEqual([]);
});
