import { mutability } from '../error/scim-error.js';
import { equalJson, isJsonArray, isJsonObject, ownValue, type Json, type JsonObject } from '../json.js';
import { findByName, printAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { type ReadOnlyClaim } from './change-set.js';

/**
 * Compares the read-only values that a PATCH repeats with the stored ones. RFC 7644 §3.5.2 refuses to change them, so
 * only equal ones pass.
 *
 * @param representation the resource before the change, as a client would read it
 * @throws ScimError 400 `mutability` where a value is another one
 */
export function refuseFalseClaims(claims: readonly ReadOnlyClaim[], representation: JsonObject): void {
  for (const { operationIndex, target, value } of claims) {
    const { extension, attribute } = target;
    const holder = extension === undefined ? representation : ownValue(representation, extension);
    const stored = isJsonObject(holder) ? ownValue(holder, attribute.name) : undefined;
    if (repeats(attribute, value, stored)) continue;
    throw mutability(`${printAttribute(target)}: is read-only and has another value`).at(
      `Operations[${operationIndex}]`,
    );
  }
}

/** Whether `given` has the stored values; it may leave some out. */
function repeats(attribute: AttributeDefinition, given: Json, stored: Json | undefined): boolean {
  if (given === null || (isJsonArray(given) && given.length === 0)) return stored === undefined;
  if (isJsonArray(given) && isJsonArray(stored)) {
    return (
      given.length === stored.length &&
      given.every((element, index) => repeats(attribute, element, stored[index]))
    );
  }
  if (!isJsonObject(given) || !isJsonObject(stored)) return equalJson(given, stored);
  return Object.entries(given).every(([name, part]) => {
    const subAttribute = findByName(attribute.subAttributes, name);
    return subAttribute !== undefined && repeats(subAttribute, part, ownValue(stored, subAttribute.name));
  });
}
