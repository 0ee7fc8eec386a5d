/** How many names of one request are noted. */
const MAX_NAMES = 100;
const MAX_NAME_LENGTH = 120;

/** Everything from the first bracket on; the group matches a sub-attribute behind the last bracket. */
const FILTER = /\[[^]*?(?:\](\.[\w$-]+))?$/;

/**
 * Notes for the log that a part of a request was ignored: its place, such as `emails.color`, and never its value.
 * Indexes of arrays are dropped, so the same name in a thousand elements is one entry. A filter in a path may hold
 * values, so it is noted as `[…]`. After a hundred names, one entry `…` stands for the rest.
 */
export function noteIgnored(ignored: Set<string>, place: string): void {
  if (ignored.size > MAX_NAMES) return;
  const name = clip(place.replace(/\[\d+\]/g, '').replace(FILTER, '[…]$1'));
  ignored.add(ignored.size === MAX_NAMES && !ignored.has(name) ? '…' : name);
}

/** A name from a request, cut to a length that fits in an error or log line. */
export function clip(name: string): string {
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
}
