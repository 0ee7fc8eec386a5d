import { type Json, type JsonObject } from '../json.js';
import { duplicateName } from '../resource/value-reader.js';

/**
 * The members of a message with the given names. RFC 7643 §2.1: the case of names does not count. Other members are
 * ignored.
 *
 * @param names in lower case
 * @param place where the object stands in the message, for errors
 * @throws ScimError 400 `invalidSyntax` for a name that occurs twice, in two spellings
 */
export function pickMembers<Name extends string>(
  object: JsonObject,
  names: readonly Name[],
  place?: string,
): Partial<Record<Name, Json>> {
  const picked: Partial<Record<Name, Json>> = {};
  for (const [key, value] of Object.entries(object)) {
    const name = names.find((candidate) => candidate === key.toLowerCase());
    if (name === undefined) continue;
    if (Object.hasOwn(picked, name)) throw duplicateName(place === undefined ? key : `${place}.${key}`);
    picked[name] = value;
  }
  return picked;
}

/** Whether `schemas` is an array with the URN of this message and no other. */
export function namesMessage(schemas: Json | undefined, urn: string): boolean {
  if (!Array.isArray(schemas) || schemas.length === 0) return false;
  return schemas.every((named) => typeof named === 'string' && named.toLowerCase() === urn.toLowerCase());
}
