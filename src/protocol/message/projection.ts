import { invalidValue } from '../error/scim-error.js';
import { isJsonObject, type Json, type JsonObject } from '../json.js';
import { printAttribute, resolveAttribute } from '../schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { type SentAttributes } from './sent-attributes.js';

/** Which attributes of a resource are shown (RFC 7644 §3.9), already settled with what the schema says. */
export interface Projection {
  /**
   * Attributes and sub-attributes as {@link printAttribute} writes them. A complex attribute is among them if
   * any of its sub-attributes is.
   */
  readonly shown: ReadonlySet<string>;
  /** Those that are shown besides where a write sent them, and the name by which it has to have sent each. */
  readonly shownIfSent: ReadonlyMap<string, string>;
}

/** Lists of many resources ask for the same one each time. */
const BY_DEFAULT = new WeakMap<ResourceType, Projection>();

/** What the client named: the only default attributes to show, or the ones not to show. */
interface Selection {
  readonly kind: 'only' | 'except';
  readonly names: ReadonlySet<string>;
}

/**
 * Reads `attributes` and `excludedAttributes`: names separated by commas, in any case, with or without URN, with
 * sub-attributes; the URN of a schema stands for all its attributes (RFC 7644 §3.9, §3.10). Unknown names are
 * ignored, and so is a parameter without any name.
 * @throws ScimError 400 `invalidValue` when both are given.
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
 * Whether any part of an attribute is shown. `name` is in the schema's own spelling, with the URN of its
 * extension: `members`, `members.display`, `urn:…:User:manager`.
 */
export function includes(projection: Projection, name: string): boolean {
  return projection.shown.has(name);
}

/** What a client sees of a resource that asks for nothing in particular. */
export function returnedByDefault(resource: JsonObject, type: ResourceType): JsonObject {
  const known = BY_DEFAULT.get(type) ?? parseProjection(undefined, undefined, type);
  BY_DEFAULT.set(type, known);
  return project(resource, known, type);
}

/** The projection of the answer to a write: with what is returned on request and was sent (RFC 7643 §7). */
export function showSent({ shown, shownIfSent }: Projection, sent: SentAttributes): Projection {
  const more = [...shownIfSent].filter(([, name]) => sent.has(name)).map(([path]) => path);
  return { shown: new Set([...shown, ...more]), shownIfSent };
}

/**
 * The resource with nothing but what is shown. `id` and `schemas` always stay; what no schema of the type defines
 * goes. A complex value of which nothing is left goes too, and so does a list of which no element is left.
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

/** The entries that `keep` gives a value for; undefined if there are none. */
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

/** The attributes that a name stands for, in the schema's own spelling; none if it is unknown. */
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

/** What is returned on request: an attribute with all its parts that are returned by default, or one part. */
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

/** What `returned` says (RFC 7643 §7) of an attribute that is named or not; `isInherited`: its parent is. */
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
