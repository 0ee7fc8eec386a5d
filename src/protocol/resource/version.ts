import { invalidValue } from '../error/scim-error.js';
import { type StoredUser } from './resource.js';

/** RFC 9110 §5.6.1.2: a recipient ignores empty elements of a list. */
const EMPTY_ELEMENTS = /[\t ,]*/y;
const SEPARATOR = /[\t ]*(?:,|$)/y;
const ENTITY_TAG = /(?:W\/)?"([\x21\x23-\x7e\x80-\uffff]*)"/y;
const COUNTER = /^(?:0|[1-9]\d{0,18})$/;
const LARGEST_COUNTER = 2n ** 63n - 1n;

/**
 * The entity tag of a resource. RFC 7644 §3.14: it is the value of both the header `ETag` and `meta.version`, and may
 * be weak. It consists of the version counter and, for a user with groups or a manager, a hash of those derived
 * values, so that the tag changes when a membership does.
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
 * The version counters that an `If-Match` header allows; `any` for `*`. RFC 9110 §13.1.1 asks for the strong
 * comparison, which no weak tag passes. The examples of RFC 7644 §3.14 send weak tags in `If-Match`, so they are
 * compared weakly here, and by the counter alone. A well-formed tag that this server cannot have issued allows no
 * version.
 *
 * @throws ScimError 400 `invalidValue` for a header that is no list of entity tags
 */
export function parseIfMatch(header: string): { readonly versions: readonly string[] | 'any' } {
  return { versions: parseCounters('If-Match', header) };
}

/**
 * The version counters that an `If-None-Match` header forbids a write. RFC 9110 §13.1.2: the write is refused if the
 * resource has one of the tags, and with `*`, which gives `any`, if the resource exists at all. Tags are compared by
 * the counter alone, as for {@link parseIfMatch}.
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
 * Whether a read with `If-None-Match` gets the resource; if not, the client's copy is current. RFC 9110 §13.1.2: tags
 * are compared weakly, and `*` matches every resource. Here the whole tag counts, with its hash. A header that is no
 * list of entity tags is ignored.
 */
export function passesIfNoneMatch(header: string, tag: string): boolean {
  if (header.trim() === '*') return false;
  const current = parseEntityTags(tag)?.[0];
  return !parseEntityTags(header)?.some((candidate) => candidate === current);
}

/**
 * The texts between the quotes in a comma-separated list of entity tags, which may be empty; undefined if the header is
 * no such list.
 */
function parseEntityTags(header: string): string[] | undefined {
  const tags: string[] = [];
  let index = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = index;
    const match = pattern.exec(header);
    if (match) index = pattern.lastIndex;
    return match;
  };
  for (;;) {
    take(EMPTY_ELEMENTS);
    if (index === header.length) return tags;
    const tag = take(ENTITY_TAG);
    if (!tag || !take(SEPARATOR)) return undefined;
    tags.push(tag[1] ?? '');
  }
}

/**
 * A hash of 64 bits as 16 hex digits: FNV-1a over UTF-16 units, twice with different initial values. It is not
 * cryptographic, and need not be.
 */
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
