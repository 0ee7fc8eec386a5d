import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.schema.js';
import { type ResourceType } from '../schema/schema.js';

/** The Enterprise extension in SCIM 1.1, in drafts of SCIM 2.0, and with the colon before `User` forgotten. */
const ENTERPRISE = /^urn:(?:ietf:params:)?scim:schemas:extension:enterprise:[12]\.0(?::?user(?![a-z]))?/i;
/** The core schema in SCIM 1.1 and in drafts of SCIM 2.0, which did not name the resource type. */
const CORE = /^urn:scim:schemas:core:[12]\.0(?::(?:user|group)(?![a-z]))?/i;

/**
 * The URN that a draft's or older version's URN stands for in a resource type; any other text stays as it is.
 * It may be a whole URN or the beginning of an attribute's path.
 */
export function rewriteDraftUrn(text: string, type: ResourceType): string {
  const hasEnterprise = type.schemaExtensions.some(({ schema }) => schema.id === ENTERPRISE_USER_SCHEMA.id);
  if (hasEnterprise) {
    const rewritten = withUrn(text, ENTERPRISE, ENTERPRISE_USER_SCHEMA.id);
    if (rewritten !== undefined) return rewritten;
  }
  return withUrn(text, CORE, type.schema.id) ?? text;
}

/** `urn:…:User.department` as `urn:…:User:department`: a dot where the schema's URN ends means a colon. */
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
  // What goes on as a word is another schema's URN.
  return /^(?:[:.]|$)/.test(rest) ? urn + rest : undefined;
}
