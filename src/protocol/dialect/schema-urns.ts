import { type Dialect } from './dialect.js';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.schema.js';
import { type ResourceType } from '../schema/schema.js';

/**
 * URNs of the Enterprise extension in SCIM 1.1 and in drafts of SCIM 2.0, and the final one without the last colon.
 */
const ENTERPRISE = /^urn:(?:ietf:params:)?scim:schemas:extension:enterprise:[12]\.0(?::?user(?![a-z]))?/i;
/** URNs of the core schema in SCIM 1.1 and in drafts of SCIM 2.0, where the resource type could be missing. */
const CORE = /^urn:scim:schemas:core:[12]\.0(?::(user|group)(?![a-z]))?/i;

/**
 * Replaces the URN of a draft or an older version with the final one of the resource type. The URN may be the whole
 * text or stand in front of an attribute's name. Any other text stays as it is.
 */
export function rewriteDraftUrn(text: string, type: ResourceType): string {
  const hasEnterprise = type.schemaExtensions.some(({ schema }) => schema.id === ENTERPRISE_USER_SCHEMA.id);
  if (hasEnterprise) {
    const rewritten = withUrn(text, ENTERPRISE, ENTERPRISE_USER_SCHEMA.id);
    if (rewritten !== undefined) return rewritten;
  }
  const named = CORE.exec(text)?.[1];
  if (named !== undefined && named.toLowerCase() !== type.name.toLowerCase()) return text;
  return withUrn(text, CORE, type.schema.id) ?? text;
}

/**
 * The name of an attribute in a path or query as the schemas have it. The lenient dialect reads URNs of drafts and
 * a dot behind a URN; in the strict one a name is what it is.
 */
export function readAttributeName(name: string, type: ResourceType, dialect: Dialect): string {
  return dialect === 'lenient' ? rewriteDotJoinedUrn(rewriteDraftUrn(name, type), type) : name;
}

/** `urn:…:User:department` for `urn:…:User.department`: a dot directly behind a schema's URN becomes a colon. */
export function rewriteDotJoinedUrn(path: string, type: ResourceType): string {
  const lower = path.toLowerCase();
  for (const { id } of [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)]) {
    if (lower.startsWith(`${id.toLowerCase()}.`)) return `${id}:${path.slice(id.length + 1)}`;
  }
  return path;
}

function withUrn(text: string, pattern: RegExp, urn: string): string | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const rest = text.slice(match[0].length);
  // If the word goes on, the text is the URN of another schema.
  return /^(?:[:.]|$)/.test(rest) ? urn + rest : undefined;
}
