/** How many names one request may leave in the log. */
const NAMED = 100;
const LONGEST = 120;

/** From the first bracket to the end; a sub-attribute behind the last one is caught. */
const FILTER = /\[[^]*?(?:\](\.[\w$-]+))?$/;

/**
 * Notes that something in a request was left out: its name and place, never its value. Positions in arrays are
 * left away, so that the same name in a thousand elements is one entry; a filter in a path holds values, so it
 * becomes `[…]`, with all that follows unless that is a sub-attribute; a long list ends in `…`.
 */
export function noteIgnored(ignored: Set<string>, place: string): void {
  if (ignored.size > NAMED) return;
  const name = clip(place.replace(/\[\d+\]/g, '').replace(FILTER, '[…]$1'));
  ignored.add(ignored.size === NAMED && !ignored.has(name) ? '…' : name);
}

/** A client's own name for something, short enough for a message. */
export function clip(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name;
}
