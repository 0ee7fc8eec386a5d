import { type Dialect } from '../dialect/dialect.js';
import { readAttributeName } from '../dialect/schema-urns.js';
import { invalidValue, tooMany } from '../error/scim-error.js';
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

/** How many names `attributes` and `excludedAttributes` may have: far more than there are attributes. */
export const MAX_NAMES = 1000;

/** The projections that were asked for first, by the texts of the parameters: clients ask for the same few always. */
const KNOWN_PROJECTIONS = new WeakMap<ResourceType, Map<string, Projection>>();
const MOST_KNOWN = 100;
const LONGEST_KEY = 500;

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
 * schema. Unknown names and parameters without a name are ignored. The lenient dialect reads URNs of drafts too.
 *
 * @throws ScimError 400 `invalidValue` if both parameters have names, `tooMany` for more than {@link MAX_NAMES}
 */
export function parseProjection(
  attributes: string | undefined,
  excludedAttributes: string | undefined,
  type: ResourceType,
  dialect: Dialect = 'strict',
): Projection {
  const known = KNOWN_PROJECTIONS.get(type) ?? new Map<string, Projection>();
  KNOWN_PROJECTIONS.set(type, known);
  const key = JSON.stringify([dialect, attributes, excludedAttributes]);
  const projection = known.get(key) ?? makeProjection(attributes, excludedAttributes, type, dialect);
  if (key.length <= LONGEST_KEY && known.size < MOST_KNOWN) known.set(key, projection);
  return projection;
}

function makeProjection(
  attributes: string | undefined,
  excludedAttributes: string | undefined,
  type: ResourceType,
  dialect: Dialect,
): Projection {
  const wanted = splitNames(attributes, 'attributes');
  const unwanted = splitNames(excludedAttributes, 'excludedAttributes');
  if (wanted.length > 0 && unwanted.length > 0) {
    throw invalidValue('attributes and excludedAttributes cannot both be given; send one of them');
  }
  const kind = wanted.length > 0 ? 'only' : 'except';
  const known = [...wanted, ...unwanted].map((name) => readAttributeName(name, type, dialect));
  const names = new Set(known.flatMap((name) => expandName(name, type)));
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

/** The projection without one sub-attribute, named as {@link printAttribute} writes it. */
export function hide({ shown, shownIfSent }: Projection, name: string): Projection {
  return { shown: new Set([...shown].filter((each) => each !== name)), shownIfSent };
}

/** The part of a resource that is shown without `attributes` and `excludedAttributes`. */
export function returnedByDefault(resource: JsonObject, type: ResourceType): JsonObject {
  return project(resource, parseProjection(undefined, undefined, type), type);
}

/**
 * The projection for the answer to a write. RFC 7643 §7: an attribute that is returned on request is also returned
 * where the client's write had a value for it.
 */
export function withSentAttributes({ shown, shownIfSent }: Projection, sent: SentAttributes): Projection {
  const more = [...shownIfSent].filter(([, name]) => sent.has(name)).map(([path]) => path);
  return { shown: new Set([...shown, ...more]), shownIfSent };
}

/**
 * A copy of the resource with only what is shown. `id` and `schemas` always are; attributes that no schema of the
 * type defines never are. Complex values and arrays of which nothing is left are removed.
 */
export function project(resource: JsonObject, projection: Projection, type: ResourceType): JsonObject {
  const { core, extensions } = shapeOf(projection, type);
  const entries: [string, Json][] = [];
  for (const name of Object.keys(resource)) {
    const value = resource[name] as Json;
    const extension = extensions.get(name);
    const shown = extension ? projectExtension(value, extension) : projectAttribute(value, core.get(name));
    if (shown !== undefined) entries.push([name, shown]);
  }
  return Object.fromEntries(entries);
}

/** The sub-attributes that are shown, by the name of each attribute that is. */
type ShownParts = ReadonlyMap<string, ReadonlySet<string>>;

/** A projection of a type's resources, so that no name has to be put together for a value. */
interface Shape {
  readonly core: ShownParts;
  /** By the URN of the schema. */
  readonly extensions: ReadonlyMap<string, ShownParts>;
}

const SHAPES = new WeakMap<Projection, Shape>();

function shapeOf(projection: Projection, { schema, schemaExtensions }: ResourceType): Shape {
  const known = SHAPES.get(projection);
  if (known) return known;
  const shape = {
    core: shownParts([...COMMON_ATTRIBUTES, ...schema.attributes], '', projection),
    extensions: new Map(
      schemaExtensions.map(({ schema: { id, attributes } }) => [
        id,
        shownParts(attributes, `${id}:`, projection),
      ]),
    ),
  };
  SHAPES.set(projection, shape);
  return shape;
}

function shownParts(
  attributes: readonly AttributeDefinition[],
  prefix: string,
  { shown }: Projection,
): ShownParts {
  const visible = attributes.filter(({ name }) => shown.has(prefix + name));
  return new Map(
    visible.map(({ name, subAttributes = [] }) => {
      const parts = subAttributes
        .map((part) => part.name)
        .filter((part) => shown.has(`${prefix}${name}.${part}`));
      return [name, new Set(parts)];
    }),
  );
}

function projectExtension(value: Json, shown: ShownParts): Json | undefined {
  if (!isJsonObject(value)) return undefined;
  return keepEntries(value, (name, inner) => projectAttribute(inner, shown.get(name)));
}

function projectAttribute(value: Json, parts: ReadonlySet<string> | undefined): Json | undefined {
  if (parts === undefined) return undefined;
  const projectElement = (element: Json): Json | undefined =>
    isJsonObject(element)
      ? keepEntries(element, (name, inner) => (parts.has(name) ? inner : undefined))
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
  for (const name of Object.keys(object)) {
    const kept = keep(name, object[name] as Json);
    if (kept !== undefined) entries.push([name, kept]);
  }
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function splitNames(list = '', parameter: string): string[] {
  const names = list.split(',', MAX_NAMES + 1);
  if (names.length > MAX_NAMES) {
    throw tooMany(`${parameter}: more than ${MAX_NAMES} names; send ${MAX_NAMES} at most`);
  }
  return names.map((name) => name.trim()).filter((name) => name !== '');
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
