const DATE_TIME =
  /^(-?\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00))?$/i;

/**
 * The compared form of an xsd:dateTime (RFC 7643 §2.3.5): UTC without its `Z`, at most six digits of fraction,
 * no trailing zeros. Text order of two such forms is the order of the instants. A value without offset is
 * read as UTC. Returns undefined for anything that is no date and time of the years 0001 to 9999.
 */
export function comparableDateTime(text: string): string | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', offset] = match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const parsed = new Date(`${local}Z`);
  if (Number.isNaN(parsed.getTime())) return undefined;
  // Date accepts 30 February as 1 March; only a value that reads back the same is a real date.
  if (hour !== '24' && parsed.toISOString().slice(0, 19) !== local) return undefined;
  // Date takes no minutes and seconds behind 24, but the fraction was not asked of it.
  if (hour === '24' && /[1-9]/.test(fraction)) return undefined;
  const instant = new Date(parsed.getTime() - (offset === undefined ? 0 : offsetMinutes(offset)) * 60_000);
  const utcYear = instant.getUTCFullYear();
  if (utcYear < 1 || utcYear > 9999) return undefined;
  const digits = fraction.slice(0, 6).replace(/0+$/, '');
  return instant.toISOString().slice(0, 19) + (digits === '' ? '' : `.${digits}`);
}

function offsetMinutes(offset: string): number {
  const sign = offset.startsWith('-') ? -1 : 1;
  return sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)));
}
