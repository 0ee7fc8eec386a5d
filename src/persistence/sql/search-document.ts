import { isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { findByName } from '../../protocol/schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../../protocol/schema/common-attributes.js';
import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';
import { comparableText } from '../../protocol/text/comparable-text.js';

/** The same document with every string in the form that filters compare; kept beside the one that was sent. */
export function searchDocument(type: ResourceType, attributes: Attributes): JsonObject {
  const core = [...COMMON_ATTRIBUTES, ...type.schema.attributes];
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      const extension = type.schemaExtensions.find(({ schema }) => schema.id === name);
      if (extension && isJsonObject(value)) {
        return [name, comparableObject(extension.schema.attributes, value)];
      }
      return [name, comparable(findByName(core, name), value)];
    }),
  );
}

function comparableObject(definitions: readonly AttributeDefinition[], value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, comparable(findByName(definitions, name), inner)]),
  );
}

/** A value that no schema defines any more stays as it is. */
function comparable(definition: AttributeDefinition | undefined, value: Json): Json {
  if (!definition) return value;
  if (Array.isArray(value))
    return (value as readonly Json[]).map((element) => comparable(definition, element));
  if (isJsonObject(value)) return comparableObject(definition.subAttributes ?? [], value);
  return typeof value === 'string' ? comparableText(definition, value) : value;
}
