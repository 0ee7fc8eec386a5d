import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { isMembers } from '../resource/member-ids.js';
import { duplicateName } from '../resource/value-reader.js';
import { findByName } from '../schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.js';
import { type ResourceType } from '../schema/schema.js';
import { rewriteLenientMembersWork, rewriteLenientValueWork, rewriteNamed } from './lenient-value.js';
import { type Work } from '../work.js';
import { rewriteDraftUrn } from './schema-urns.js';

/**
 * Rewrites the body of a POST or PUT, as identity providers send it, to the form that the RFCs define: URNs of drafts
 * as keys become the final ones, and values are rewritten as `rewriteLenientValue` says. No key is removed, so that
 * null still clears an attribute.
 *
 * @throws ScimError 400 `invalidSyntax` where a draft's URN and the final one name the same extension
 */
export function* rewriteLenientResource(body: JsonObject, type: ResourceType): Work<JsonObject> {
  const rewritten = new Map<string, Json>();
  for (const [name, value] of Object.entries(body)) {
    const key = rewriteDraftUrn(name, type);
    if (rewritten.has(key)) throw duplicateName(key);
    rewritten.set(key, yield* rewriteMember(key, value, type));
  }
  return Object.fromEntries(rewritten);
}

function* rewriteMember(name: string, value: Json, type: ResourceType): Work<Json> {
  const attribute = findByName([...COMMON_ATTRIBUTES, ...type.schema.attributes], name);
  if (attribute) {
    const rewrite = isMembers({ attribute }) ? rewriteLenientMembersWork : rewriteLenientValueWork;
    return yield* rewrite(attribute, value);
  }
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
