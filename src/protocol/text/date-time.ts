const DATE_TIME =
  /^(-?\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00))?$/i;

/**
 * The form in which a dateTime is compared: in UTC, without a `Z`, with at most six digits of fraction and no zeros
 * at their end. The order of two such texts is the order of the instants. RFC 7643 §2.3.5: a dateTime is an
 * xsd:dateTime with both a date and a time. XML Schema allows one without offset, which is read as UTC here.
 *
 * @returns undefined for anything but a date and time of the years 0001 to 9999
 */
export function comparableDateTime(text: string): string | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', offset] = match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const parsed = new Date(`${local}Z`);
  if (Number.isNaN(parsed.getTime())) return undefined;
  // JavaScript takes 30 February for 1 March. A date that exists prints as it was written.
  if (hour !== '24' && parsed.toISOString().slice(0, 19) !== local) return undefined;
  // 24:00:00 is midnight. JavaScript refuses other minutes and seconds with it; the fraction is checked here.
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
