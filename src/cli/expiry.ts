import { InvalidArgumentError } from 'commander';
import { readInstant } from '../administration/instant.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_DAYS = 36_500;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const FORMS = 'expected a number of days (1 to 36500), a date YYYY-MM-DD after today, or never';

/** The default of `--expires`: the number of days for which a token is valid. */
export const DEFAULT_LIFETIME = '365';

/**
 * Reads the time at which a token expires: `90` is 90 days from now, `2030-01-31` the beginning of that day in UTC.
 *
 * @returns null for `never`
 * @throws InvalidArgumentError for any other text, and for a time in the past
 */
export function parseExpiry(text: string, now: Date): Date | null {
  if (text === 'never') return null;
  if (/^\d{1,5}$/.test(text)) {
    const days = Number(text);
    if (days < 1 || days > MAX_DAYS) throw new InvalidArgumentError(FORMS);
    return new Date(now.getTime() + days * DAY_MS);
  }
  const moment = DATE.test(text) ? readInstant(text) : undefined;
  if (moment === undefined || moment <= now) throw new InvalidArgumentError(FORMS);
  return moment;
}
