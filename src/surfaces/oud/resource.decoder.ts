import { invalidSyntax, invalidValue } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { shorten } from '../../protocol/resource/ignored-names.js';
import { findByName } from '../../protocol/schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../../protocol/schema/common-attributes.js';
import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';
import { decodeValue } from './value.decoder.js';

/** Names and values, by the name in lower case. */
type Decoded = Map<string, readonly [name: string, value: Json]>;

/** Clients name it in a user's `schemas`; no schema here has attributes of it. */
const OUD_USER_URN = 'urn:ietf:params:scim:schemas:extension:oracle:2.0:oud:user';

/**
 * The body of a POST or PUT as RFC 7643 writes it: core attributes at the top, whether they were sent there or in an
 * object under the URN of the core schema, values as {@link decodeValue} has them.
 *
 * @throws ScimError 400 where `schemas`, the core attributes or a group's `members` are missing, where an attribute
 *   stands in both places, or where a single-valued attribute has several values
 */
export function decodeResource(body: JsonObject, type: ResourceType): JsonObject {
  const { schema } = type;
  const decoded: Decoded = new Map();
  let coreObject = false;
  for (const [name, value] of Object.entries(body)) {
    if (name.toLowerCase() === schema.id.toLowerCase()) {
      if (coreObject) throw duplicateName(name);
      coreObject = true;
      decodeCore(value, type, decoded);
    } else {
      setOnce(decoded, name, decodeMember(name, value, type));
    }
  }
  requireWhole(decoded, type, coreObject);
  return Object.fromEntries(decoded.values());
}

/** An object of one schema's attributes with its values decoded; any other value as it is. */
export function decodeAttributes(value: Json, attributes: readonly AttributeDefinition[], urn: string): Json {
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, part]): [string, Json] => {
    const attribute = findByName(attributes, name);
    return [name, attribute ? decodeValue(attribute, part, `${urn}:${attribute.name}`) : part];
  });
  return Object.fromEntries(entries);
}

function decodeCore(value: Json, { schema }: ResourceType, decoded: Decoded): void {
  if (!isJsonObject(value)) throw invalidValue(`${schema.id}: expected an object with the core attributes`);
  const known = [...COMMON_ATTRIBUTES, ...schema.attributes];
  const attributes = decodeAttributes(value, known, schema.id) as JsonObject;
  for (const [name, part] of Object.entries(attributes)) setOnce(decoded, name, part);
}

function decodeMember(name: string, value: Json, type: ResourceType): Json {
  const lower = name.toLowerCase();
  if (lower === 'schemas') return decodeSchemas(value);
  const extension = type.schemaExtensions.find(({ schema }) => schema.id.toLowerCase() === lower)?.schema;
  if (extension) return decodeAttributes(value, extension.attributes, extension.id);
  const attribute = findByName([...COMMON_ATTRIBUTES, ...type.schema.attributes], name);
  return attribute ? decodeValue(attribute, value, attribute.name) : value;
}

/** `schemas` may be a string, so that a client can send back an entry of an answer. */
function decodeSchemas(value: Json): Json {
  const uris = typeof value === 'string' ? [value] : value;
  if (!isJsonArray(uris)) return uris;
  return uris.filter((uri) => typeof uri !== 'string' || uri.toLowerCase() !== OUD_USER_URN);
}

function requireWhole(decoded: Decoded, { name, schema }: ResourceType, coreObject: boolean): void {
  const has = (lower: string): boolean => (decoded.get(lower)?.[1] ?? null) !== null;
  if (!has('schemas')) throw invalidValue(`schemas: is required; expected an array with ${schema.id}`);
  const key = name === 'Group' ? 'displayName' : 'userName';
  if (!coreObject && !has(key.toLowerCase())) {
    throw invalidValue(`${schema.id}: is required, an object with ${key} and the other core attributes`);
  }
  if (name === 'Group' && !has('members')) {
    throw invalidValue(`${schema.id}:members: is required; send [] for a group without members`);
  }
}

function setOnce(decoded: Decoded, name: string, value: Json): void {
  const lower = name.toLowerCase();
  if (decoded.has(lower)) throw duplicateName(name);
  decoded.set(lower, [name, value]);
}

function duplicateName(name: string): Error {
  return invalidSyntax(
    `${shorten(name)}: stands twice; name it under the URN of its schema or at the top, in one spelling`,
  );
}
