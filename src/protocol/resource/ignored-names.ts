import { type Json } from '../json.js';

/** A value that a request has for what only the server may write. It may be the value that stands there. */
export interface RepeatedValue {
  /** The attribute's path, as it is noted among the ignored names. */
  readonly place: string;
  readonly value: Json;
}

/** The places of a request that were ignored, and what stood there where the client may have sent it back as it was. */
export class IgnoredNames extends Set<string> {
  readonly repeated: RepeatedValue[] = [];
}

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
  const name = shorten(place.replace(/\[\d+\]/g, '').replace(FILTER, '[…]$1'));
  ignored.add(ignored.size === MAX_NAMES && !ignored.has(name) ? '…' : name);
}

/** Notes a value for what only the server may write, as {@link noteIgnored} does. */
export function noteReadOnly(ignored: IgnoredNames, place: string, value: Json): void {
  noteIgnored(ignored, place);
  if (ignored.repeated.length < MAX_NAMES) ignored.repeated.push({ place, value });
}

/** A name from a request, cut to a length that fits in an error or log line. */
export function shorten(name: string): string {
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
}
