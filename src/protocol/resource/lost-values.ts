import { equalJson, isJsonArray, isJsonObject, ownValue, type Json, type JsonObject } from '../json.js';
import { resolveAttribute } from '../schema/attribute-path.js';
import { type ResourceType } from '../schema/schema.js';
import { comparableDateTime } from '../text/date-time.js';
import { valueAt } from './attribute-access.js';
import { type RepeatedValue } from './ignored-names.js';

/** What was ignored in a request, as reading it gives it. */
export interface Ignored {
  readonly ignored: readonly string[];
  readonly repeated: readonly RepeatedValue[];
}

/**
 * The ignored names by which a value was lost. Clients send resources back whole, so that a read-only attribute with the
 * value that it has is no loss. Neither is one that was not read, for which nobody can tell.
 *
 * @param representation the resource as it is now
 * @param unread the paths of derived attributes that it lacks because they were not read
 */
export function lostNames(
  { ignored, repeated }: Ignored,
  representation: JsonObject,
  type: ResourceType,
  unread: readonly string[],
): string[] {
  const lost = new Map<string, boolean>();
  for (const { place, value } of repeated) {
    const isLost = !unread.includes(place) && !isThere(place, value, representation, type);
    lost.set(place, isLost || lost.get(place) === true);
  }
  return ignored.filter((name) => lost.get(name) ?? true);
}

function isThere(place: string, value: Json, representation: JsonObject, type: ResourceType): boolean {
  if (value === null) return true;
  if (place === 'meta') return isMeta(value, representation);
  if (place === 'groups') return equalJson(idsIn(value), idsIn(representation['groups'] ?? []));
  const resolved = resolveAttribute(type, place);
  if (resolved.kind !== 'attribute') return false;
  const stored = valueAt(representation, resolved.target);
  return stored !== undefined && equalJson(value, stored);
}

/** A client has the version and time of its last reading; of what stays, only `created` is more than a name. */
function isMeta(value: Json, { meta }: JsonObject): boolean {
  const given = createdIn(value);
  if (given === undefined || given === null) return true;
  return typeof given === 'string' && instantOf(given) === instantOf(createdIn(meta));
}

const createdIn = (meta: Json | undefined): Json | undefined =>
  isJsonObject(meta ?? null) ? ownValue(meta as JsonObject, 'created') : undefined;

const instantOf = (text: Json | undefined): string | undefined =>
  typeof text === 'string' ? comparableDateTime(text) : undefined;

/** The ids of groups; where a group's name or kind has changed since it was read, nothing was meant by it. */
function idsIn(groups: Json): Json {
  if (!isJsonArray(groups)) return groups;
  return groups.map((group) => (isJsonObject(group) ? (group['value'] ?? null) : group)).sort();
}
