import { invalidValue } from '../error/scim-error.js';
import { type Json, type JsonObject } from '../json.js';

/** The parameters of a decoded query string. One that stands there twice has an array. */
export type Query = Readonly<Record<string, unknown>>;

/** The parameters of a list that are texts, which a form sends empty where nothing was entered. */
export const TEXT_PARAMETERS: readonly string[] = ['filter', 'sortBy', 'sortOrder'];

/**
 * The query with its known parameters under their own names, in whatever case they were sent: `Filter` that nobody reads
 * would list everybody. One that was sent in two spellings was sent twice.
 */
export function rewriteParameterNames(query: Query, known: readonly string[]): Query {
  const rewritten = new Map<string, unknown>();
  for (const [sent, value] of Object.entries(query)) {
    const name = ownNameOf(sent, known) ?? sent;
    rewritten.set(name, rewritten.has(name) ? [rewritten.get(name), value].flat() : value);
  }
  return Object.fromEntries(rewritten);
}

/**
 * Refuses a known parameter in another case. RFC 7644 §3.4.2 spells them as they are, and those of a URI are compared
 * exactly (RFC 3986 §6.2.2.1).
 *
 * @throws ScimError 400 `invalidValue`
 */
export function refuseOtherNames(query: Query, known: readonly string[]): void {
  for (const sent of Object.keys(query)) {
    const name = ownNameOf(sent, known);
    if (name !== undefined && name !== sent) throw invalidValue(`${sent}: the parameter is called ${name}`);
  }
}

/** `filter` where a second `?` or an HTML entity stands in front of it. */
const MISJOINED_FILTER = /(?:\?|^amp;)filter$/i;

/**
 * Refuses a filter that a client has joined to its URL wrongly (`v2?x/Users?filter=…`, `&amp;filter=…`): nobody would read it,
 * and everybody would be listed. Where `filter` itself came too, nothing is lost.
 *
 * @param names of the parameters of a list
 * @throws ScimError 400 `invalidValue`
 */
export function refuseMisjoinedFilter(names: readonly string[]): void {
  if (names.some((name) => name.toLowerCase() === 'filter')) return;
  if (!names.some((name) => MISJOINED_FILTER.test(name))) return;
  throw invalidValue(
    'filter: stands behind a second ? or &amp;, where nobody reads it; the URL was put together wrongly',
  );
}

/** The query without those of {@link TEXT_PARAMETERS} that are empty, as if they had not been sent. */
export function dropEmptyParameters(query: Query): Query {
  const isEmpty = (name: string, value: unknown): boolean => value === '' && TEXT_PARAMETERS.includes(name);
  return Object.fromEntries(Object.entries(query).filter(([name, value]) => !isEmpty(name, value)));
}

/** The same for the body of a search (RFC 7644 §3.4.3), whose names may be in any case (RFC 7643 §2.1). */
export function dropEmptyMembers(body: JsonObject): JsonObject {
  const isEmpty = (name: string, value: Json): boolean =>
    value === '' && ownNameOf(name, TEXT_PARAMETERS) !== undefined;
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => !isEmpty(name, value)));
}

function ownNameOf(sent: string, known: readonly string[]): string | undefined {
  const lower = sent.toLowerCase();
  return known.find((name) => name.toLowerCase() === lower);
}
