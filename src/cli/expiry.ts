import { InvalidArgumentError } from 'commander';

const DAY = 24 * 60 * 60 * 1000;
const MOST_DAYS = 36_500;
const FORMS = 'expected a number of days (1 to 36500), a date YYYY-MM-DD after today, or never';

/** How long a token lasts that is issued without `--expires`. */
export const DEFAULT_LIFETIME = '365';

/**
 * Reads when a token ends: `90` is that many days from now, `2030-01-31` the beginning of that day in UTC.
 * @returns null for `never`.
 * @throws InvalidArgumentError for anything else, and for a moment that has passed.
 */
export function parseExpiry(text: string, now: Date): Date | null {
  if (text === 'never') return null;
  if (/^\d{1,5}$/.test(text)) {
    const days = Number(text);
    if (days < 1 || days > MOST_DAYS) throw new InvalidArgumentError(FORMS);
    return new Date(now.getTime() + days * DAY);
  }
  const moment = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00.000Z` : NaN);
  // The 30th of February is read as a day of March.
  const exists = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
  if (!exists || moment <= now) throw new InvalidArgumentError(FORMS);
  return moment;
}
