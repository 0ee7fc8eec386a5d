import { InvalidArgumentError, Option } from 'commander';
import { readInstant } from '../administration/instant.js';

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** RFC 3339 §5.6, also without seconds, or a date alone. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const FORMS =
  'expected a time such as 2026-01-31T08:00Z, a date (its first moment in UTC), or how long ago, such as 30m, 12h or 7d';

/** An option that takes an instant. */
export const momentOption = (flags: string, description: string): Option =>
  new Option(flags, `${description}: a time, a date (UTC), or how long ago (30m, 12h, 7d)`).argParser(
    (text: string) => parseMoment(text, new Date()),
  );

/**
 * Reads an instant: RFC 3339, a date, or a time before now.
 *
 * @throws InvalidArgumentError for any other text
 */
export function parseMoment(text: string, now: Date): Date {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now.getTime() - Number(count) * (UNITS_MS[unit] ?? NaN));
  const moment = INSTANT.test(text) ? readInstant(text) : undefined;
  if (moment === undefined) throw new InvalidArgumentError(FORMS);
  return moment;
}
