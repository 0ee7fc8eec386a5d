import { editDistance } from '../text/edit-distance.js';
import { definitionOf, findByName, printAttribute, type BoundAttribute } from './attribute-path.js';
import { COMMON_ATTRIBUTES } from './common-attributes.js';
import { type AttributeDefinition, type ResourceType } from './schema.js';

/** Shorter names are one slip of typing away from too many others, and longer ones from none. */
const LEAST_LENGTH = 4;
const MOST_LENGTH = 60;
const MOST_URN_LENGTH = 200;
/** What RFC 7643 §2.4 calls parts of values says nothing of the attribute that they are part of. */
const USUAL_PARTS = new Set(['value', 'display', 'type', 'primary', '$ref']);

/**
 * The known name that an unknown one resembles, such as `members` for `memebers`: one slip of typing lies between them, or
 * it is the last word of an attribute (`name` of `displayName`), or a part that only one attribute has (`country` of
 * `addresses`). Undefined for a name that resembles none, and for one that is known.
 *
 * @param name without a filter, such as `emails.valu` or `urn:…:User:departmnt`
 */
export function resemblingName(name: string, type: ResourceType): string | undefined {
  const { attributes, text } = scopeOf(name, type);
  if (text.includes(':')) return resemblingUrn(text, type) ?? attributeBehind(text, name, attributes);
  const [head = '', sub] = text.split('.');
  const holder = attributes.find(({ attribute }) => isNamed(attribute, head));
  if (holder) return sub === undefined ? undefined : resemblingPart(sub, holder);
  const near = attributes.find(
    ({ attribute }) => attribute.mutability !== 'readOnly' && isNear(head, attribute.name),
  );
  if (near) return printAttribute(near) + (sub === undefined ? '' : `.${sub.slice(0, MOST_LENGTH)}`);
  return sub === undefined
    ? (attributeEndingIn(head, type) ?? attributeWithPart(head, attributes))
    : undefined;
}

/** {@link resemblingName} of a path, with the filter in its place: without it, the path would be about all elements. */
export function resemblingPath(path: string, type: ResourceType): string | undefined {
  const [filter = ''] = /\[[^]*\]/.exec(path) ?? [];
  const name = resemblingName(path.replace(filter, ''), type);
  if (name === undefined) return undefined;
  const part = name.indexOf('.', name.lastIndexOf(':'));
  return part === -1 ? name + filter : name.slice(0, part) + filter + name.slice(part);
}

/** By the name of a part in lower case: what {@link pathOfPart} finds. A PATCH may hold very many names. */
const PATHS_OF_PARTS = new WeakMap<ResourceType, ReadonlyMap<string, string>>();

/**
 * The path of a name that is a part of one single-valued attribute alone, and no attribute itself: `name.familyName` for
 * `familyName`. Undefined for any other name.
 */
export function pathOfPart(name: string, type: ResourceType): string | undefined {
  const known = PATHS_OF_PARTS.get(type) ?? findPathsOfParts(type);
  PATHS_OF_PARTS.set(type, known);
  return known.get(name.toLowerCase());
}

function findPathsOfParts(type: ResourceType): ReadonlyMap<string, string> {
  const schemas = [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)];
  const parts = schemas.flatMap(({ id, attributes }) =>
    attributes
      .flatMap(({ subAttributes = [] }) => subAttributes)
      .flatMap(({ name }) => [name, `${id}:${name}`]),
  );
  const found = parts.flatMap((name): [string, string][] => {
    const { attributes, text } = scopeOf(name, type);
    const [holder, second] = holdersOf(text, attributes);
    const isAttribute = attributes.some(({ attribute }) => isNamed(attribute, text));
    if (isAttribute || !holder || second || holder.attribute.multiValued) return [];
    return [[name.toLowerCase(), printAttribute(holder)]];
  });
  return new Map(found);
}

/** The attributes that a name can be about, and the name without the URN of its schema. */
function scopeOf(
  name: string,
  { schema, schemaExtensions }: ResourceType,
): { readonly attributes: readonly BoundAttribute[]; readonly text: string } {
  const core = [...COMMON_ATTRIBUTES, ...schema.attributes].map((attribute) => ({ attribute }));
  const lower = name.toLowerCase();
  const behind = (urn: string): string | undefined =>
    lower.startsWith(`${urn.toLowerCase()}:`) ? name.slice(urn.length + 1) : undefined;
  const extended = schemaExtensions.map(({ schema: { id, attributes } }) => ({
    text: behind(id),
    attributes: attributes.map((attribute): BoundAttribute => ({ extension: id, attribute })),
  }));
  for (const { text, attributes } of extended) if (text !== undefined) return { attributes, text };
  const text = behind(schema.id);
  if (text !== undefined) return { attributes: core, text };
  return { attributes: [...core, ...extended.flatMap(({ attributes }) => attributes)], text: name };
}

/** A name whose URN is one slip away from that of a schema, or such a URN alone. */
function resemblingUrn(text: string, { schema, schemaExtensions }: ResourceType): string | undefined {
  if (text.length > MOST_URN_LENGTH) return undefined;
  const end = text.lastIndexOf(':');
  const [urn, rest] = [text.slice(0, end), text.slice(end)];
  for (const { id } of [schema, ...schemaExtensions.map((extension) => extension.schema)]) {
    if (editDistance(text, id, 1) === 1) return id;
    if (editDistance(urn, id, 1) === 1) return id + rest;
  }
  return undefined;
}

/** The attribute of a name that has a schema's URN in front and something else between the two, such as `Usr`. */
function attributeBehind(
  text: string,
  name: string,
  attributes: readonly BoundAttribute[],
): string | undefined {
  if (text === name) return undefined;
  const last = text.slice(text.lastIndexOf(':') + 1);
  const found = attributes.find(({ attribute }) => isNamed(attribute, last));
  return found && printAttribute(found);
}

function resemblingPart(sub: string, { extension, attribute }: BoundAttribute): string | undefined {
  if (findByName(attribute.subAttributes, sub)) return undefined;
  const subAttribute = attribute.subAttributes?.find(({ name }) => isNear(sub, name));
  const holder = extension === undefined ? { attribute } : { extension, attribute };
  return subAttribute && printAttribute({ ...holder, subAttribute });
}

function attributeEndingIn(word: string, { schema }: ResourceType): string | undefined {
  if (word.length < LEAST_LENGTH || USUAL_PARTS.has(word.toLowerCase())) return undefined;
  const ending = word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
  const found = schema.attributes.filter(({ name }) => name.endsWith(ending));
  return found.length === 1 ? found[0]?.name : undefined;
}

function attributeWithPart(part: string, attributes: readonly BoundAttribute[]): string | undefined {
  const [holder, second] = holdersOf(part, attributes);
  return holder && !second ? printAttribute(holder) : undefined;
}

/** Attributes that a client may write and that have this part; none for parts that many have by nature. */
function holdersOf(part: string, attributes: readonly BoundAttribute[]): BoundAttribute[] {
  if (USUAL_PARTS.has(part.toLowerCase())) return [];
  return attributes.flatMap((holder) => {
    const subAttribute = findByName(holder.attribute.subAttributes, part);
    if (!subAttribute || holder.attribute.mutability === 'readOnly') return [];
    return definitionOf({ ...holder, subAttribute }).mutability === 'readOnly'
      ? []
      : [{ ...holder, subAttribute }];
  });
}

function isNamed(attribute: AttributeDefinition, name: string): boolean {
  return attribute.name.toLowerCase() === name.toLowerCase();
}

function isNear(name: string, known: string): boolean {
  if (name.length < LEAST_LENGTH || name.length > MOST_LENGTH) return false;
  return editDistance(name, known, 1) === 1;
}
