import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { namedTwice } from '../resource/value-reader.js';
import { findByName } from '../schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.js';
import { type ResourceType } from '../schema/schema.js';
import { rewriteLenientValue, rewriteNamed } from './lenient-value.js';
import { rewriteDraftUrn } from './schema-urns.js';

/**
 * Rewrites the body of a POST or PUT, as identity providers send it, to the form that the RFCs define: URNs of drafts
 * as keys become the final ones, and values are rewritten as `rewriteLenientValue` says. No key is removed, so that
 * null still clears an attribute.
 *
 * @throws ScimError 400 `invalidSyntax` where a draft's URN and the final one name the same extension
 */
export function rewriteLenientResource(body: JsonObject, type: ResourceType): JsonObject {
  const rewritten = new Map<string, Json>();
  for (const [name, value] of Object.entries(body)) {
    const key = rewriteDraftUrn(name, type);
    if (rewritten.has(key)) throw namedTwice(key);
    rewritten.set(key, rewriteMember(key, value, type));
  }
  return Object.fromEntries(rewritten);
}

function rewriteMember(name: string, value: Json, type: ResourceType): Json {
  const attribute = findByName([...COMMON_ATTRIBUTES, ...type.schema.attributes], name);
  if (attribute) return rewriteLenientValue(attribute, value);
  const lower = name.toLowerCase();
  const extension = type.schemaExtensions.find(({ schema }) => schema.id.toLowerCase() === lower);
  if (!extension) return value;
  return rewriteLenientExtension(extension.schema.attributes, value);
}

/** Rewrites the value of an extension. An empty string or array instead of an object means unassigned. */
export function rewriteLenientExtension(attributes: Parameters<typeof rewriteNamed>[0], value: Json): Json {
  if (value === '' || (isJsonArray(value) && value.length === 0)) return null;
  return isJsonObject(value) ? rewriteNamed(attributes, value) : value;
}
