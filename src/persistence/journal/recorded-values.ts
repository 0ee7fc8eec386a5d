import { isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { type ChangedValue } from '../../protocol/resource/changed-values.js';
import { findByName, resolveAttribute } from '../../protocol/schema/attribute-path.js';
import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';
import { type CompanyScope } from '../../scim/company-scope.js';

/** Stands for what is not recorded. */
const MASK = '…';
/** How long the JSON of one value may be, and how long that of all values of a change, in characters. */
const LONGEST_VALUE = 1000;
const LONGEST_ENTRY = 16_000;

/**
 * What the journal has of the values of a change: by the path of each attribute what was `before` and is `after`, where
 * there is one. A value that is never returned (RFC 7643 §7), one of an attribute that the schemas do not have, and one
 * that is too long are `…`.
 *
 * @returns undefined where the company does not want values in its journal
 */
export function recordedValues(
  { settings }: CompanyScope,
  type: ResourceType,
  changes: readonly ChangedValue[],
): JsonObject | undefined {
  if (settings.journalValues !== true || changes.length === 0) return undefined;
  const values: Record<string, JsonObject> = {};
  let left = LONGEST_ENTRY;
  for (const { path, before, after } of changes) {
    const definition = definitionOf(type, path);
    const record = (value: Json | undefined): Json | undefined => {
      if (value === undefined) return undefined;
      const shown = shownValue(definition, value);
      const { length } = JSON.stringify(shown);
      if (length > LONGEST_VALUE || length > left) return MASK;
      left -= length;
      return shown;
    };
    const [old, present] = [record(before), record(after)];
    values[path] = {
      ...(old !== undefined && { before: old }),
      ...(present !== undefined && { after: present }),
    };
  }
  return values;
}

function shownValue(definition: AttributeDefinition | undefined, value: Json): Json {
  if (definition === undefined || definition.returned === 'never') return MASK;
  const { subAttributes } = definition;
  if (subAttributes === undefined) return value;
  if (Array.isArray(value)) return value.map((each: Json) => shownValue(definition, each));
  if (!isJsonObject(value)) return MASK;
  const parts = Object.entries(value).map(([name, part]): [string, Json] => [
    name,
    shownValue(findByName(subAttributes, name), part),
  ]);
  return Object.fromEntries(parts);
}

/** The attribute that a path of `changedValues` names; of a part of what is never returned, the whole. */
function definitionOf(type: ResourceType, path: string): AttributeDefinition | undefined {
  const found = resolveAttribute(type, path);
  if (found.kind !== 'attribute') return undefined;
  const { attribute, subAttribute = attribute } = found.target;
  return attribute.returned === 'never' ? attribute : subAttribute;
}
