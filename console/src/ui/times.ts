const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const HALF = 0.5;

/** How long ago, in one unit, rounded: `3 minutes ago`, `in 2 days`. */
export function relativeTime(at: Date, now: Date): string {
  const apart = now.getTime() - at.getTime();
  const size = Math.abs(apart);
  if (size < MINUTE_MS) return apart >= 0 ? 'just now' : 'in a moment';
  const [length, unit] =
    size < HOUR_MS - HALF * MINUTE_MS
      ? ([MINUTE_MS, 'minute'] as const)
      : size < DAY_MS - HALF * HOUR_MS
        ? ([HOUR_MS, 'hour'] as const)
        : ([DAY_MS, 'day'] as const);
  const text = counted(Math.round(size / length), unit);
  return apart >= 0 ? `${text} ago` : `in ${text}`;
}

/** `2026-01-31 08:30:00 UTC` */
export const utcTime = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** A number of things: `1 member`, `1,000 members`. */
export const counted = (number: number, thing: string): string =>
  `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;

/** How many hours lie between a time and now, whole ones. */
export const hoursSince = (at: Date, now: Date): number =>
  Math.floor((now.getTime() - at.getTime()) / HOUR_MS);
