import { invalidValue, ResourceNotFoundError, ScimError } from '../../protocol/error/scim-error.js';
import { type Json } from '../../protocol/json.js';

export type ResourceKind = 'User' | 'Group';

const PREFIXES: Readonly<Record<ResourceKind, string>> = { User: 'a-', Group: 'r-' };
const PREFIXED = /^[ar]-[0-9a-f]{16}$/;

/** Fewer than 16 digits are well-formed, although no resource has such an id. */
const MEMBER_ID = /^[ar]-[0-9a-f]{1,16}$/;

/** A member in a request: its id without the prefix, and the type that the prefix stands for. */
export interface NamedMember {
  readonly id: string;
  readonly kind: ResourceKind;
}

/** The id as this surface writes it: `r-027230536171b51d`. */
export function withPrefix(kind: ResourceKind, id: string): string {
  return PREFIXES[kind] + id;
}

/**
 * The id without its prefix.
 *
 * @throws ResourceNotFoundError for a text of another form or with the prefix of another type, which names no resource
 */
export function readPathId(kind: ResourceKind, text: string): string {
  if (!PREFIXED.test(text) || !text.startsWith(PREFIXES[kind])) throw new ResourceNotFoundError(text);
  return text.slice(2);
}

/**
 * A member's id in a body or a filter.
 *
 * @throws ScimError 400, `invalidValue` for what is no text, the documented text for one of another shape
 */
export function readMemberId(value: Json | undefined, place: string): NamedMember {
  if (typeof value !== 'string')
    throw invalidValue(`${place}: expected the id of a user or group as a string`);
  if (!MEMBER_ID.test(value)) {
    throw new ScimError(400, undefined, `cannot parse member id: ${value.slice(0, 100)}`);
  }
  return { id: value.slice(2), kind: value.startsWith(PREFIXES.Group) ? 'Group' : 'User' };
}
