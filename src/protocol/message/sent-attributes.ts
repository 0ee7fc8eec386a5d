import { isJsonArray, isJsonObject, ownValue, type Json } from '../json.js';
import { type Change } from '../patch/change-set.js';
import { type Attributes } from '../resource/resource.js';
import { printAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.js';
import { type ResourceType } from '../schema/schema.js';

/** Names of the attributes and sub-attributes that a write had values for, as {@link printAttribute} writes them. */
export type SentAttributes = ReadonlySet<string>;

/** The attributes that the body of a POST or PUT has values for. */
export function sentInBody(
  attributes: Attributes,
  { schema, schemaExtensions }: ResourceType,
): SentAttributes {
  const core = [...COMMON_ATTRIBUTES, ...schema.attributes].map((attribute): BoundAttribute => ({
    attribute,
  }));
  const extended = schemaExtensions.flatMap((extension) =>
    extension.schema.attributes.map((attribute) => ({ extension: extension.schema.id, attribute })),
  );
  const names = [...core, ...extended].flatMap((target) => {
    const holder = target.extension === undefined ? attributes : ownValue(attributes, target.extension);
    const value = isJsonObject(holder) ? ownValue(holder, target.attribute.name) : undefined;
    return value === undefined ? [] : withParts(printAttribute(target), value);
  });
  return new Set(names);
}

/** The attributes that the operations of a PATCH have values for. */
export function sentInChanges(changes: readonly Change[]): SentAttributes {
  return new Set(changes.flatMap(namesIn));
}

function namesIn(change: Change): string[] {
  switch (change.kind) {
    case 'set':
    case 'merge':
      return namesAt(change.target, change.value);
    case 'addValues':
    case 'replaceValues':
      return namesAt(change.target, change.values);
    case 'updateValues':
      return namesAt(change.target, change.set);
    case 'addMembers':
    case 'replaceMembers':
      return namesAt(
        change.target,
        change.ids.slice(0, 1).map((value) => ({ value })),
      );
    case 'clear':
    case 'clearExtension':
    case 'removeValues':
    case 'removeMembers':
      return [];
  }
}

function namesAt(target: BoundAttribute, value: Json): string[] {
  const { subAttribute, ...whole } = target;
  const attribute = printAttribute(whole);
  return subAttribute ? [attribute, printAttribute(target)] : withParts(attribute, value);
}

function withParts(name: string, value: Json): string[] {
  const objects = (isJsonArray(value) ? value : [value]).filter(isJsonObject);
  return [name, ...objects.flatMap((object) => Object.keys(object).map((part) => `${name}.${part}`))];
}
