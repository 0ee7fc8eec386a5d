import { InvalidArgumentError, Option } from 'commander';

const MAX_DAYS = 3650;
const UNITS: Readonly<Record<string, number>> = { m: 1, h: 60 };

/** How many days a credential stays valid beside the one that takes its place. */
export const DEFAULT_OVERLAP = 7;

/** An option that takes a number of days: `30` or `30d`. */
export const daysOption = (flags: string, description: string, days: number): Option =>
  new Option(flags, description)
    .argParser((text: string) => parseDays(text, 0))
    .default(days, `${days} days`);

/** {@link daysOption} without a default, for a setting, which is at least 1. */
export const daysSetting = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((text: string) => parseDays(text, 1));

function parseDays(text: string, least: number): number {
  const [, digits] = /^(\d{1,4})d?$/.exec(text) ?? [];
  const days = Number(digits);
  if (digits === undefined || days < least || days > MAX_DAYS) {
    throw new InvalidArgumentError(
      `expected a number of days from ${least} to ${MAX_DAYS}, such as 30 or 30d`,
    );
  }
  return days;
}

/** An option that takes a time in minutes or hours: `30m` or `4h`. It gives minutes, from 1 to `most`. */
export const minutesOption = (flags: string, description: string, minutes: number, most: number): Option =>
  new Option(flags, description)
    .argParser((text) => parseMinutes(text, most))
    .default(minutes, show(minutes));

/** {@link minutesOption} without a default. */
export const minutesSetting = (flags: string, description: string, most: number): Option =>
  new Option(flags, description).argParser((text) => parseMinutes(text, most));

function parseMinutes(text: string, most: number): number {
  const [, digits, unit = ''] = /^(\d{1,4})([mh])$/.exec(text) ?? [];
  const minutes = Number(digits) * (UNITS[unit] ?? NaN);
  if (minutes >= 1 && minutes <= most) return minutes;
  throw new InvalidArgumentError(`expected minutes or hours such as 30m or 4h, at most ${show(most)}`);
}

const show = (minutes: number): string => (minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`);
