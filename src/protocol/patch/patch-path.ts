import { type Dialect } from '../dialect/dialect.js';
import { invalidPath } from '../error/scim-error.js';
import { bindFilter } from '../filter/bind-filter.js';
import { type BoundFilter, type Filter } from '../filter/filter.js';
import { type FilterParser } from '../filter/filter.parser.js';
import { shorten } from '../resource/ignored-names.js';
import { isPassword } from '../resource/password.js';
import {
  findByName,
  printAttribute,
  resolveAttribute,
  type BoundAttribute,
  type BoundExtension,
} from '../schema/attribute-path.js';
import { type ResourceType } from '../schema/schema.js';
import { type PatchOperation } from './patch-message.js';

/** The filter between a path's brackets: parsed, and bound to the schema. */
export interface PathSelection {
  readonly typed: Filter;
  readonly where: BoundFilter;
}

/** What the path of an operation means in a resource type. */
export type PatchTarget =
  | { readonly kind: 'resource' }
  | { readonly kind: 'extension'; readonly target: BoundExtension }
  | { readonly kind: 'attribute'; readonly target: BoundAttribute; readonly selection?: PathSelection }
  | { readonly kind: 'password' }
  /** `problem` completes the sentence "<path> …". */
  | { readonly kind: 'unknown'; readonly problem: string };

/** An operation whose path is parsed and bound, once for all that is done with it; its text is kept for the log. */
export interface BoundOperation extends PatchOperation {
  readonly target: PatchTarget;
}

/** `emails[0]`, which is no path: RFC 7644 §3.5.2 has a filter between the brackets. */
const ARRAY_INDEX = /^[^"[]*\[\s*\d+\s*\]/;

/**
 * Binds a path to the schema. RFC 7644 §3.5.2 has `attr`, `attr.sub`, `attr[filter]` and `attr[filter].sub`, each with
 * or without its schema's URN; the URN alone means the whole core or extension.
 *
 * @throws ScimError 400 `invalidPath` for a malformed path, `invalidFilter` for what is wrong between its brackets
 */
export function bindPatchPath(
  path: string,
  type: ResourceType,
  { dialect, parser }: { dialect: Dialect; parser: FilterParser },
): PatchTarget {
  if (path.startsWith('/')) {
    throw invalidPath(
      `${shorten(path)} is a JSON Pointer; expected a path such as emails[type eq "work"].value`,
    );
  }
  if (ARRAY_INDEX.test(path)) {
    throw invalidPath(
      `${shorten(path)} has an array index; expected a filter such as emails[type eq "work"]`,
    );
  }
  if (isPassword(type, path)) return { kind: 'password' };
  const { name, filter, subName } = parser.parsePath(path, { dialect });
  const resolution = resolveAttribute(type, name.text);
  if (resolution.kind === 'unknown') return resolution;
  if (resolution.kind !== 'attribute') {
    if (filter)
      throw invalidPath(`${shorten(name.text)} is a schema; only values of an attribute can be filtered`);
    return resolution.kind === 'core' ? { kind: 'resource' } : resolution;
  }
  const { target } = resolution;
  if (!filter) return { kind: 'attribute', target };
  if (!target.attribute.multiValued || target.subAttribute) {
    throw invalidPath(`${printAttribute(target)} cannot be filtered: it is no attribute of several values`);
  }
  const selection = { typed: filter, where: bindSelection(target, filter, name.column, type, dialect) };
  if (!subName) return { kind: 'attribute', target, selection };
  const subAttribute = findByName(target.attribute.subAttributes, subName.text);
  if (!subAttribute) {
    return { kind: 'unknown', problem: `names no sub-attribute of ${target.attribute.name}` };
  }
  return { kind: 'attribute', target: { subAttribute, ...target }, selection };
}

function bindSelection(
  target: BoundAttribute,
  filter: Filter,
  column: number,
  type: ResourceType,
  dialect: Dialect,
): BoundFilter {
  const name = { text: printAttribute(target), column };
  const bound = bindFilter({ kind: 'valuePath', name, filter }, type, { dialect });
  return bound.kind === 'valuePath' ? bound.filter : bound;
}
