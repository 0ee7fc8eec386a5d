import { invalidValue } from '../error/scim-error.js';
import { type StoredUser } from './resource.js';

const ENTITY_TAG = /(?:W\/)?"([\x21\x23-\x7e\x80-\uffff]*)"/y;
const COUNTER = /^(?:0|[1-9]\d{0,18})$/;
const LARGEST_COUNTER = 2n ** 63n - 1n;

/**
 * The weak entity tag of a resource, equal to `meta.version` (RFC 7644 §3.14): its version counter and, for a user
 * whose representation holds derived values, a hash of them, so that a changed membership shows.
 */
export function versionTag({
  version,
  groups = [],
  manager,
}: Pick<StoredUser, 'version' | 'groups' | 'manager'>): string {
  if (groups.length === 0 && !manager) return `W/"${version}"`;
  const derived = [
    groups.map(({ value, display, type }) => [value, display, type]),
    manager ? [manager.id, manager.display] : [],
  ];
  return `W/"${version}.${shortHash(JSON.stringify(derived))}"`;
}

/**
 * The version counters that an `If-Match` header allows; `any` for `*`. Tags are compared weakly and by their counter
 * alone. A well-formed tag that this server cannot have issued allows nothing.
 *
 * @throws ScimError 400 `invalidValue` for a header that is no list of entity tags
 */
export function parseIfMatch(header: string): { readonly versions: readonly string[] | 'any' } {
  return { versions: parseCounters('If-Match', header) };
}

/**
 * The version counters that the `If-None-Match` header of a write rules out (RFC 9110 §13.1.2); `any` for `*`, which asks
 * that there be no resource. Compared as those of `If-Match`.
 *
 * @throws ScimError 400 `invalidValue` for a header that is no list of entity tags
 */
export function parseIfNoneMatch(header: string): { readonly noneOf: readonly string[] | 'any' } {
  return { noneOf: parseCounters('If-None-Match', header) };
}

function parseCounters(name: string, header: string): readonly string[] | 'any' {
  if (header.trim() === '*') return 'any';
  const tags = parseEntityTags(header);
  if (!tags) throw invalidValue(`${name}: expected * or a list of entity tags such as W/"3"`);
  const counters = tags.map((tag) => tag.split('.', 1)[0] ?? '');
  return counters.filter((text) => COUNTER.test(text) && BigInt(text) <= LARGEST_COUNTER);
}

/**
 * Whether `If-None-Match` lets a read go on (RFC 9110 §13.1.2): false means that the client's copy is current.
 * Whole tags are compared, weakly. A header that cannot be read stands in nobody's way.
 */
export function matchesNone(header: string, tag: string): boolean {
  if (header.trim() === '*') return false;
  const current = parseEntityTags(tag)?.[0];
  return !parseEntityTags(header)?.some((candidate) => candidate === current);
}

/** The opaque parts of a comma-separated list of entity tags; undefined where the header is none. */
function parseEntityTags(header: string): string[] | undefined {
  const tags: string[] = [];
  const text = header.trim();
  let index = 0;
  while (index < text.length) {
    ENTITY_TAG.lastIndex = index;
    const match = ENTITY_TAG.exec(text);
    if (!match) return undefined;
    tags.push(match[1] ?? '');
    index = ENTITY_TAG.lastIndex;
    const separator = /^\s*(,\s*|$)/.exec(text.slice(index));
    if (!separator) return undefined;
    index += separator[0].length;
    if (index === text.length && separator[0].includes(',')) return undefined;
  }
  return tags.length === 0 ? undefined : tags;
}

/** FNV-1a over UTF-16 units, twice with different starts: 64 bits as 16 hex digits. It guards nothing secret. */
function shortHash(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x9dc5811c;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit ^ (first >>> 15), 0x01000193);
  }
  return [first, second].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
