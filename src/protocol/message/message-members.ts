import { type Json, type JsonObject } from '../json.js';
import { namedTwice } from '../resource/value-reader.js';

/**
 * The members of a message that have one of these names, which are given in lower case; the object may spell them in
 * any (RFC 7643 §2.1). Other members mean nothing.
 *
 * @throws ScimError 400 `invalidSyntax` for a name that stands there twice
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
    if (Object.hasOwn(picked, name)) throw namedTwice(place === undefined ? key : `${place}.${key}`);
    picked[name] = value;
  }
  return picked;
}

/** Whether `schemas` names this message and nothing else. */
export function namesMessage(schemas: Json | undefined, urn: string): boolean {
  if (!Array.isArray(schemas) || schemas.length === 0) return false;
  return schemas.every((named) => typeof named === 'string' && named.toLowerCase() === urn.toLowerCase());
}
