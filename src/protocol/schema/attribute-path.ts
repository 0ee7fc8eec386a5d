import { COMMON_ATTRIBUTES } from './common-attributes.js';
import { type AttributeDefinition, type ResourceType, type SchemaDefinition } from './schema.js';

/** An attribute or sub-attribute of a resource type, found by its name. */
export interface BoundAttribute {
  /** URN of the extension that holds the attribute; undefined for core and common attributes. */
  readonly extension?: string;
  readonly attribute: AttributeDefinition;
  readonly subAttribute?: AttributeDefinition;
}

/** All attributes of an extension, named by its URN with nothing behind it. */
export interface BoundExtension {
  readonly extension: string;
  readonly schema: SchemaDefinition;
}

export type AttributeResolution =
  | { readonly kind: 'attribute'; readonly target: BoundAttribute }
  | { readonly kind: 'extension'; readonly target: BoundExtension }
  /** The URN of the resource type's own schema, with nothing behind it. */
  | { readonly kind: 'core' }
  /** `problem` completes the sentence "<text> …" for the reader. */
  | { readonly kind: 'unknown'; readonly problem: string };

/** The definition with this name. RFC 7643 §2.1: the case of attribute names does not count. */
export function findByName(
  attributes: readonly AttributeDefinition[] | undefined,
  name: string,
): AttributeDefinition | undefined {
  const lower = name.toLowerCase();
  return attributes?.find((attribute) => attribute.name.toLowerCase() === lower);
}

/**
 * Finds what a name means in a resource type. RFC 7644 §3.10 gives the forms: `name`, `name.sub`, and both with the
 * URN of the schema in front, `urn:…:name[.sub]`; the case of names and URNs does not count. Two forms are accepted
 * besides: the URN of a schema alone, and an extension's attribute without its URN, if only one extension defines
 * it and the core schema does not.
 */
export function resolveAttribute(type: ResourceType, text: string): AttributeResolution {
  const lower = text.toLowerCase();
  const core = type.schema.id.toLowerCase();
  if (lower === core) return { kind: 'core' };
  if (lower.startsWith(core + ':')) {
    return resolveAmong(
      [...COMMON_ATTRIBUTES, ...type.schema.attributes],
      text.slice(core.length + 1),
      undefined,
    );
  }
  for (const { schema } of type.schemaExtensions) {
    const urn = schema.id.toLowerCase();
    if (lower === urn) return { kind: 'extension', target: { extension: schema.id, schema } };
    if (lower.startsWith(urn + ':'))
      return resolveAmong(schema.attributes, text.slice(urn.length + 1), schema.id);
  }
  if (text.includes(':')) return { kind: 'unknown', problem: `does not begin with a schema of ${type.name}` };
  const own = resolveAmong([...COMMON_ATTRIBUTES, ...type.schema.attributes], text, undefined);
  const name = text.split('.', 1)[0] ?? '';
  if (findByName([...COMMON_ATTRIBUTES, ...type.schema.attributes], name)) return own;
  const holders = type.schemaExtensions.filter(({ schema }) => findByName(schema.attributes, name));
  const [holder] = holders;
  if (!holder) return own;
  if (holders.length > 1) {
    const urns = holders.map(({ schema }) => schema.id).join(' and ');
    return { kind: 'unknown', problem: `is defined by ${urns}; put the URN in front` };
  }
  return resolveAmong(holder.schema.attributes, text, holder.schema.id);
}

function resolveAmong(
  attributes: readonly AttributeDefinition[],
  text: string,
  extension: string | undefined,
): AttributeResolution {
  const [name = '', sub, ...rest] = text.split('.');
  const attribute = findByName(attributes, name);
  if (!attribute) return { kind: 'unknown', problem: 'is not an attribute of this resource type' };
  const base = extension === undefined ? { attribute } : { extension, attribute };
  if (sub === undefined) return { kind: 'attribute', target: base };
  if (rest.length > 0) return { kind: 'unknown', problem: 'has more than one level of sub-attributes' };
  const subAttribute = findByName(attribute.subAttributes, sub);
  if (!subAttribute) return { kind: 'unknown', problem: `names no sub-attribute of ${attribute.name}` };
  return { kind: 'attribute', target: { subAttribute, ...base } };
}

/**
 * The definition of the values at a target: the sub-attribute's where the target names one, else the attribute's.
 */
export function definitionOf({ attribute, subAttribute }: BoundAttribute): AttributeDefinition {
  return subAttribute ?? attribute;
}

/** The name in the schema's spelling, such as `name.givenName` or `urn:…:User:department`. */
export function printAttribute({ extension, attribute, subAttribute }: BoundAttribute): string {
  const prefix = extension === undefined ? '' : `${extension}:`;
  return prefix + attribute.name + (subAttribute ? `.${subAttribute.name}` : '');
}
