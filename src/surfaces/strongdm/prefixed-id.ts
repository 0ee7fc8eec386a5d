import { invalidValue, ResourceNotFoundError, ScimError } from '../../protocol/error/scim-error.js';
import { type Json } from '../../protocol/json.js';

export type ResourceKind = 'User' | 'Group';

const PREFIXES: Readonly<Record<ResourceKind, string>> = { User: 'a-', Group: 'r-' };
const PREFIXED = /^[ar]-[0-9a-f]{16}$/;

/** Only 16 digits can name a resource; fewer are well-formed all the same. */
const MEMBER_ID = /^[ar]-[0-9a-f]{1,16}$/;

/** A member as a request names it: the id in the form of the services, and the kind that its prefix tells. */
export interface NamedMember {
  readonly id: string;
  readonly kind: ResourceKind;
}

/** The id as this surface writes it: `r-027230536171b51d`. */
export function withPrefix(kind: ResourceKind, id: string): string {
  return PREFIXES[kind] + id;
}

/**
 * The id in the form of the services.
 * @throws ResourceNotFoundError for any other shape and for another kind's prefix: such an id is unknown
 */
export function readPathId(kind: ResourceKind, text: string): string {
  if (!PREFIXED.test(text) || !text.startsWith(PREFIXES[kind])) throw new ResourceNotFoundError(text);
  return text.slice(2);
}

/**
 * A member's id as a body or a filter names it.
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
