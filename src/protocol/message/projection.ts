import { invalidValue } from '../error/scim-error.js';
import { isJsonObject, type Json, type JsonObject } from '../json.js';
import { printAttribute, resolveAttribute } from '../schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { type SentAttributes } from './sent-attributes.js';

/**
 * Which attributes of a resource are shown. RFC 7644 §3.9: `attributes` replaces the attributes that are returned by
 * default, and `excludedAttributes` takes some of them away. The characteristic `returned` of each attribute is
 * already taken into account.
 */
export interface Projection {
  /**
   * Names of attributes and sub-attributes, as {@link printAttribute} writes them. A complex attribute is one of them
   * if any of its sub-attributes is.
   */
  readonly shown: ReadonlySet<string>;
  /**
   * Names that the answer to a write shows too, if the write sent an attribute. The key is the name that is shown,
   * the value the name of the attribute that must have been sent.
   */
  readonly shownIfSent: ReadonlyMap<string, string>;
}

/** The projections without `attributes` and `excludedAttributes`, which are needed for every resource of a list. */
const DEFAULT_PROJECTIONS = new WeakMap<ResourceType, Projection>();

/**
 * The names in the client's parameter: `only` for those of `attributes`, `except` for those of `excludedAttributes`.
 */
interface Selection {
  readonly kind: 'only' | 'except';
  readonly names: ReadonlySet<string>;
}

/**
 * Reads the parameters `attributes` and `excludedAttributes`. RFC 7644 §3.9: each is a list of names separated by
 * commas, and a client uses one of them. RFC 7644 §3.10: a name may have the URN of its schema in front and a
 * sub-attribute behind, and its case does not count. The URN of a schema alone stands for all attributes of the
 * schema. Unknown names and parameters without a name are ignored.
 *
 * @throws ScimError 400 `invalidValue` if both parameters have names
 */
export function parseProjection(
  attributes: string | undefined,
  excludedAttributes: string | undefined,
  type: ResourceType,
): Projection {
  const wanted = splitNames(attributes);
  const unwanted = splitNames(excludedAttributes);
  if (wanted.length > 0 && unwanted.length > 0) {
    throw invalidValue('attributes and excludedAttributes cannot both be given; send one of them');
  }
  const kind = wanted.length > 0 ? 'only' : 'except';
  const names = new Set([...wanted, ...unwanted].flatMap((name) => expandName(name, type)));
  return selectAttributes(type, { kind, names });
}

/**
 * Whether an attribute or a part of it is shown.
 *
 * @param name as {@link printAttribute} writes it: `members`, `members.display`, `urn:…:User:manager`
 */
export function includes(projection: Projection, name: string): boolean {
  return projection.shown.has(name);
}

/** The part of a resource that is shown without `attributes` and `excludedAttributes`. */
export function returnedByDefault(resource: JsonObject, type: ResourceType): JsonObject {
  const known = DEFAULT_PROJECTIONS.get(type) ?? parseProjection(undefined, undefined, type);
  DEFAULT_PROJECTIONS.set(type, known);
  return project(resource, known, type);
}

/**
 * The projection for the answer to a write. RFC 7643 §7: an attribute that is returned on request is also returned
 * where the client's write had a value for it.
 */
export function showSent({ shown, shownIfSent }: Projection, sent: SentAttributes): Projection {
  const more = [...shownIfSent].filter(([, name]) => sent.has(name)).map(([path]) => path);
  return { shown: new Set([...shown, ...more]), shownIfSent };
}

/**
 * A copy of the resource with only what is shown. `id` and `schemas` always are; attributes that no schema of the
 * type defines never are. Complex values and arrays of which nothing is left are removed.
 */
export function project(resource: JsonObject, projection: Projection, type: ResourceType): JsonObject {
  const entries: [string, Json][] = [];
  for (const [name, value] of Object.entries(resource)) {
    const isExtension = type.schemaExtensions.some(({ schema }) => schema.id === name);
    const shown = isExtension
      ? projectExtension(name, value, projection)
      : projectAttribute(name, value, projection);
    if (shown !== undefined) entries.push([name, shown]);
  }
  return Object.fromEntries(entries);
}

function projectExtension(urn: string, value: Json, projection: Projection): Json | undefined {
  if (!isJsonObject(value)) return undefined;
  return keepEntries(value, (name, inner) => projectAttribute(`${urn}:${name}`, inner, projection));
}

function projectAttribute(path: string, value: Json, projection: Projection): Json | undefined {
  if (!projection.shown.has(path)) return undefined;
  const projectElement = (element: Json): Json | undefined =>
    isJsonObject(element)
      ? keepEntries(element, (name, inner) => (projection.shown.has(`${path}.${name}`) ? inner : undefined))
      : element;
  if (!Array.isArray(value)) return projectElement(value);
  const elements = (value as readonly Json[]).map(projectElement).filter((element) => element !== undefined);
  return elements.length > 0 || value.length === 0 ? elements : undefined;
}

/** The entries for which `keep` gives a value; undefined if there are none. */
function keepEntries(
  object: JsonObject,
  keep: (name: string, value: Json) => Json | undefined,
): JsonObject | undefined {
  const entries: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    const kept = keep(name, value);
    if (kept !== undefined) entries.push([name, kept]);
  }
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function splitNames(list = ''): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The attributes that a name stands for, as {@link printAttribute} writes them; none if it is unknown. */
function expandName(name: string, type: ResourceType): string[] {
  const resolution = resolveAttribute(type, name);
  switch (resolution.kind) {
    case 'attribute':
      return [printAttribute(resolution.target)];
    case 'extension': {
      const { extension, schema } = resolution.target;
      return schema.attributes.map((attribute) => printAttribute({ extension, attribute }));
    }
    case 'core':
      return type.schema.attributes.map((attribute) => attribute.name);
    case 'unknown':
      return [];
  }
}

function selectAttributes(type: ResourceType, selection: Selection): Projection {
  const shown = new Set<string>();
  const shownIfSent = new Map<string, string>();
  const select = (attributes: readonly AttributeDefinition[], prefix: string): void => {
    for (const attribute of attributes) {
      const path = prefix + attribute.name;
      selectAttribute(attribute, path, selection, shown);
      if (selection.kind === 'except') selectIfSent(attribute, path, selection.names, shownIfSent);
    }
  };
  select(COMMON_ATTRIBUTES, '');
  select(type.schema.attributes, '');
  for (const { schema } of type.schemaExtensions) select(schema.attributes, `${schema.id}:`);
  return { shown, shownIfSent };
}

/**
 * Adds what the answer to a write shows if it was sent: an attribute that is returned on request, together with its
 * sub-attributes that are returned by default, or a sub-attribute that is returned on request.
 */
function selectIfSent(
  attribute: AttributeDefinition,
  path: string,
  excluded: ReadonlySet<string>,
  shownIfSent: Map<string, string>,
): void {
  if (attribute.returned === 'never' || excluded.has(path)) return;
  const isAsked = attribute.returned === 'request';
  if (isAsked) shownIfSent.set(path, path);
  for (const part of attribute.subAttributes ?? []) {
    const partPath = `${path}.${part.name}`;
    if (part.returned === 'never' || excluded.has(partPath)) continue;
    if (part.returned === 'request') shownIfSent.set(partPath, partPath);
    else if (isAsked) shownIfSent.set(partPath, path);
  }
}

function selectAttribute(
  attribute: AttributeDefinition,
  path: string,
  selection: Selection,
  shown: Set<string>,
): void {
  const { kind, names } = selection;
  const { subAttributes } = attribute;
  if (!subAttributes) {
    if (isShown(attribute, path, selection, false)) shown.add(path);
    return;
  }
  const isNamed = names.has(path);
  const isPartNamed = subAttributes.some(({ name }) => names.has(`${path}.${name}`));
  const isAsked = kind === 'only' && (isNamed || isPartNamed);
  if (!isAsked && !isShown(attribute, path, selection, false)) return;
  const isWhole = isNamed || attribute.returned === 'always';
  const parts = subAttributes
    .map((part) => ({ part, partPath: `${path}.${part.name}` }))
    .filter(({ part, partPath }) => isShown(part, partPath, selection, isWhole));
  if (attribute.returned === 'never' || parts.length === 0) return;
  shown.add(path);
  for (const { partPath } of parts) shown.add(partPath);
}

/**
 * Whether an attribute is shown. RFC 7643 §7: `always` and `never` do not depend on the parameters; `request` is
 * shown only if `attributes` names it; `default` is shown unless `attributes` leaves it out or `excludedAttributes`
 * names it.
 *
 * @param isInherited whether the attribute that this one is part of is named in `attributes` or always returned
 */
function isShown(
  { returned }: AttributeDefinition,
  path: string,
  { kind, names }: Selection,
  isInherited: boolean,
): boolean {
  switch (returned) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'request':
      return kind === 'only' && names.has(path);
    case 'default':
      return kind === 'only' ? names.has(path) || isInherited : !names.has(path);
  }
}
