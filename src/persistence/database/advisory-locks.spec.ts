import { readdirSync, readFileSync } from 'node:fs';
import { ADVISORY_LOCK, COMPANY_LOCK } from './advisory-locks.js';

const MIGRATIONS = new URL('../migrations/', import.meta.url);
const NUMBERS = /advisory_\w+\((?<number>\d+)(?<pair>,)?/g;

it.each([Object.values(ADVISORY_LOCK), Object.values(COMPANY_LOCK)])('has no number twice', (...numbers) => {
  expect(new Set(numbers).size).toBe(numbers.length);
});

it('has the numbers that functions of the database take', () => {
  const texts = readdirSync(MIGRATIONS).map((name) => readFileSync(new URL(name, MIGRATIONS), 'utf8'));
  const taken = texts.flatMap((text) => [...text.matchAll(NUMBERS)].map(({ groups }) => groups));
  const numbers = (pair: string | undefined): Set<number> =>
    new Set(taken.filter((found) => found?.['pair'] === pair).map((found) => Number(found?.['number'])));
  const { writers, relay, deliveriesUpkeep } = ADVISORY_LOCK;
  expect(numbers(undefined)).toEqual(new Set([writers, relay, deliveriesUpkeep]));
  expect(numbers(',')).toEqual(new Set([COMPANY_LOCK.writes]));
});
