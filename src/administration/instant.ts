const DATE_LENGTH = 10;

/**
 * The instant that a text in the form of RFC 3339 names; of a date alone its first moment in UTC. Undefined for a day that
 * does not exist: JavaScript takes 30 February for a day in March.
 *
 * @param text a date, or a date and a time with `Z` or an offset
 */
export function readInstant(text: string): Date | undefined {
  const date = text.slice(0, DATE_LENGTH);
  const day = new Date(date);
  const instant = new Date(text);
  if (Number.isNaN(day.getTime()) || Number.isNaN(instant.getTime())) return undefined;
  return day.toISOString().startsWith(date) ? instant : undefined;
}
