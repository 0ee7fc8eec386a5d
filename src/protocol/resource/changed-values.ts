import { equalJson, isJsonObject, type Json, type JsonObject, ownValue } from '../json.js';
import { type Attributes } from './resource.js';

/** What differs between two states of a resource; undefined stands for an attribute that is not there. */
export interface ChangedValue {
  /** In the notation of RFC 7644 §3.10. */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/**
 * What differs between two states of a resource, by the paths `title`, `name.familyName`, `urn:…:User:department`,
 * `urn:…:User:manager.value`. A multi-valued attribute is named as a whole.
 *
 * @param before an empty object for a resource that is new
 */
export function changedValues(before: Attributes, after: Attributes): readonly ChangedValue[] {
  const changes: ChangedValue[] = [];
  for (const [name, old, present] of differences(before, after)) {
    if (name.startsWith('urn:')) {
      for (const { path, ...values } of changedValues(partsOf(old), partsOf(present)))
        changes.push({ path: `${name}:${path}`, ...values });
    } else if (isJsonObject(old ?? present)) {
      for (const [part, oldPart, presentPart] of differences(partsOf(old), partsOf(present)))
        changes.push({ path: `${name}.${part}`, before: oldPart, after: presentPart });
    } else {
      changes.push({ path: name, before: old, after: present });
    }
  }
  return changes;
}

type Difference = readonly [name: string, before: Json | undefined, after: Json | undefined];

function differences(before: JsonObject, after: JsonObject): readonly Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .map((name): Difference => [name, ownValue(before, name), ownValue(after, name)])
    .filter(([, old, present]) => !equalJson(old, present));
}

const partsOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
