import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { comparableText } from '../../protocol/text/comparable-text.js';
import { type AttributeForms } from '../indexed-forms/attribute-forms.js';

type Change = (path: string, value: Json) => Json;

/** The document for the column `search`: the attributes with every string in the form that filters compare. */
export function searchDocument(
  forms: AttributeForms,
  type: ResourceType,
  attributes: Attributes,
): JsonObject {
  return changeValues(type, attributes, (path, value) => {
    const form = forms.get(path);
    // A value whose attribute no schema has defined so far has no compared form.
    return form && typeof value === 'string' ? comparableText(form, value) : value;
  });
}

/** Calls `visit` with every value that is neither object nor array, and with its path in the schemas. */
export function visitValues(
  type: ResourceType,
  document: JsonObject,
  visit: (path: string, value: Json) => void,
): void {
  changeValues(type, document, (path, value) => {
    visit(path, value);
    return value;
  });
}

function changeValues(type: ResourceType, document: JsonObject, change: Change): JsonObject {
  return changeMembers(document, (name, value) =>
    // RFC 7643 §2.1: the name of an attribute has no colon, so a name with one is an extension's URN.
    name.includes(':') && isJsonObject(value)
      ? changeMembers(value, (inner, part) => changeBelow(`${name}:${inner}`, part, change))
      : changeBelow(`${type.schema.id}:${name}`, value, change),
  );
}

function changeBelow(path: string, value: Json, change: Change): Json {
  if (isJsonArray(value)) return value.map((element) => changeBelow(path, element, change));
  if (isJsonObject(value))
    return changeMembers(value, (name, part) => changeBelow(`${path}.${name}`, part, change));
  return change(path, value);
}

function changeMembers(object: JsonObject, change: Change): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(name, value)]));
}
