import { isJsonObject, type Json } from '../../protocol/json.js';
import { HIDDEN, plainText, withoutTokens } from '../../protocol/text/plain-text.js';
import { type DirectedRequest } from './destination.middleware.js';
import { type RequestWithBytes } from './request-body.interceptor.js';
import { shownPath } from './shown-path.js';

/** Larger bodies are not read once more for the journal. */
const LARGEST_BODY = 64 * 1024;
const MOST_OPERATIONS = 20;
const MOST_NAMES = 5;
const LONGEST_PATH = 100;
const LONGEST_NAME = 200;
const OPERATIONS = new Set(['add', 'replace', 'remove']);
/** The path of an attribute (RFC 7644 §3.10), whose filter is left out. */
const ATTRIBUTE_PATH = /^(?:urn:[\w.:-]+:)?[a-z$][\w$-]*(?:\[…\])?(?:\.[a-z$][\w$-]*)?$/i;

/** What a request asked for, without values. */
export interface AskedFor {
  /** Method and path, with the names of the query's parameters: `GET /standard/scim/v2/Users?filter`. */
  readonly request: string;
  /** What the operations of a PATCH were to do: `replace name.familyName`. */
  readonly operations?: readonly string[];
}

/** What a request to a surface asked for; undefined for any other. */
export function askedFor(request: DirectedRequest & RequestWithBytes): AskedFor | undefined {
  const { destination, method, path, query, bytes } = request;
  if (destination === undefined) return undefined;
  const known = new Set(destination.surface.query.parameters);
  const names = Object.keys(query).filter((name) => known.has(name));
  const operations = method === 'PATCH' && bytes !== undefined ? operationsIn(bytes) : [];
  return {
    request: `${method} ${shownPath(path)}${names.length === 0 ? '' : `?${names.join('&')}`}`,
    ...(operations.length > 0 && { operations }),
  };
}

/** The name of what a request was to create, as its body has it; undefined where it has none. */
export const nameIn = ({ bytes }: RequestWithBytes): string | undefined =>
  bytes && nameOfCreated(objectIn(bytes));

/** The userName of a user, or else the displayName or the externalId of what a body describes. */
export function nameOfCreated(body: Readonly<Record<string, unknown>>): string | undefined {
  const values = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
  const names = [values.get('username'), values.get('displayname'), values.get('externalid')];
  const name = names.find((each) => typeof each === 'string' && each.trim() !== '') as string | undefined;
  return name && withoutTokens(name.slice(0, LONGEST_NAME));
}

function operationsIn(bytes: Buffer): readonly string[] {
  const all = Object.entries(objectIn(bytes)).find(([name]) => name.toLowerCase() === 'operations')?.[1];
  if (!Array.isArray(all)) return [];
  const shown = all.slice(0, MOST_OPERATIONS).map(describeOperation);
  const more = all.length - shown.length;
  return more === 0 ? shown : [...shown, `and ${more} more`];
}

function objectIn(bytes: Buffer): Readonly<Record<string, unknown>> {
  if (bytes.length > LARGEST_BODY) return {};
  try {
    const value = JSON.parse(bytes.toString()) as Json;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** What is no operation of a PATCH (of a bulk job, say) may have anything in the place of a path: nothing of it is shown. */
function describeOperation(operation: unknown): string {
  const { op, path, value } = (operation ?? {}) as Readonly<Record<string, unknown>>;
  const name = typeof op === 'string' ? op.toLowerCase() : '';
  if (!OPERATIONS.has(name)) return HIDDEN;
  if (typeof path === 'string') return `${name} ${shownAttribute(path)}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return name;
  const names = Object.keys(value);
  const shown = [
    ...names.slice(0, MOST_NAMES).map(shownAttribute),
    ...(names.length > MOST_NAMES ? [HIDDEN] : []),
  ];
  return `${name} ${shown.join(', ')}`.trim();
}

function shownAttribute(path: string): string {
  if (path.length > LONGEST_PATH) return HIDDEN;
  const bare = path.trim().replace(/\[.*\]/s, '[…]');
  return ATTRIBUTE_PATH.test(bare) ? plainText(bare, LONGEST_PATH) : HIDDEN;
}
