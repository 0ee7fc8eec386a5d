import { invalidCount, invalidSyntax, invalidValue, type ScimError } from '../error/scim-error.js';
import { isJsonArray, numberIn, type Json, type JsonObject } from '../json.js';
import { clampPage, withinIntegers, type ListLimits } from './list-query.js';
import { type ListParameters } from './list-request.js';
import { namesMessage } from './message-members.js';

export const SEARCH_REQUEST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

const TEXTS = ['filter', 'sortBy', 'sortOrder'] as const;
const CURSOR = 'cursor';
const NAME_LISTS = ['attributes', 'excludedAttributes'] as const;
const NUMBERS = ['startIndex', 'count'] as const;
const NAMES = ['schemas', ...TEXTS, ...NAME_LISTS, ...NUMBERS, CURSOR] as const;

type Parameters = Partial<Record<(typeof NAMES)[number], Json>>;

/** Whether `schemas` says that the body is a SearchRequest and nothing else. */
export function isSearchRequest(body: JsonObject): boolean {
  return namesMessage(searchParameters(body).schemas, SEARCH_REQUEST_SCHEMA);
}

/**
 * The list that the body of a `POST …/.search` asks for (RFC 7644 §3.4.3); numbers are brought within the limits as
 * those of a query string are. Null stands for a parameter that is not given; unknown names are ignored.
 *
 * @throws ScimError 400 `invalidSyntax` for a body that is no SearchRequest, `invalidValue` for a wrong type or
 * `startIndex` beside `cursor`, `invalidCount` for a `count` of a wrong type beside `cursor`
 */
export function parseSearchRequest(body: JsonObject, limits: ListLimits): ListParameters {
  if (!isSearchRequest(body)) throw invalidSyntax(`schemas: expected ["${SEARCH_REQUEST_SCHEMA}"]`);
  const given = searchParameters(body);
  const texts = [
    ...TEXTS.map((name) => [name, readText(given, name)] as const),
    ...NAME_LISTS.map((name) => [name, readNames(given, name)] as const),
  ].filter(([, text]) => text !== undefined);
  const cursor = limits.cursors ? readText(given, CURSOR) : undefined;
  const startIndex = readInteger(given, 'startIndex', invalidValue);
  const count = readInteger(given, 'count', cursor === undefined ? invalidValue : invalidCount);
  return {
    ...(Object.fromEntries(texts) as Partial<Record<(typeof TEXTS | typeof NAME_LISTS)[number], string>>),
    ...clampPage({ startIndex, count, cursor }, limits),
  };
}

/**
 * The parameters of a search by their own names, which a body may spell in any case (RFC 7643 §2.1).
 * @throws ScimError 400 `invalidSyntax` for one that stands twice
 */
export function searchParameters(body: JsonObject): Parameters {
  const given: Parameters = {};
  for (const [key, value] of Object.entries(body)) {
    const name = NAMES.find((candidate) => candidate.toLowerCase() === key.toLowerCase());
    if (name === undefined) continue;
    if (Object.hasOwn(given, name)) throw invalidSyntax(`${name}: stands twice in the request`);
    given[name] = value;
  }
  return given;
}

function readText(given: Parameters, name: (typeof TEXTS)[number] | typeof CURSOR): string | undefined {
  const value = given[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw invalidValue(`${name}: expected a string`);
}

function readNames(given: Parameters, name: (typeof NAME_LISTS)[number]): string | undefined {
  const value = given[name] ?? undefined;
  if (value === undefined) return undefined;
  if (isJsonArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  throw invalidValue(`${name}: expected an array of attribute names`);
}

function readInteger(
  given: Parameters,
  name: (typeof NUMBERS)[number],
  refusal: (detail: string) => ScimError,
): number | undefined {
  const value = given[name] ?? undefined;
  if (value === undefined) return undefined;
  const number = numberIn(value);
  if (number !== undefined && Number.isInteger(number)) return withinIntegers(number);
  throw refusal(`${name}: expected an integer, such as 100`);
}
