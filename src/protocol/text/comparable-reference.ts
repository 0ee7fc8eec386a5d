import { type BoundAttribute } from '../schema/attribute-path.js';
import { MANAGER } from '../schema/enterprise-user.schema.js';
import { type AttributeDefinition } from '../schema/schema.js';

/** What stands in front of a resource's endpoint and id, without the version of the protocol (RFC 7644 §3.13). */
const RESOURCE =
  /^(?<front>[^?#]*?)(?:(?<![^/])v\d+\/)?(?<![^/])(?<endpoint>Users|Groups)\/(?<id>[^/?#]+)\/?$/;
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\//i;
const BELOW_BASE = /^\/(?:Users|Groups)\/[^/]+$/;

type ReferenceForm = Pick<AttributeDefinition, 'type' | 'caseExact' | 'referenceTypes'>;

/**
 * Whether an attribute's values are URIs of resources of this protocol, and not of anything at all. Where a schema says
 * that their case means nothing, they are texts like others.
 */
export function refersToResource({ type, caseExact, referenceTypes = [] }: ReferenceForm): boolean {
  return (
    type === 'reference' && caseExact && referenceTypes.some((name) => name === 'User' || name === 'Group')
  );
}

/** Whether the server makes the reference, as an absolute URI; others are kept as they were sent. */
export function isDerivedReference({ extension, attribute, subAttribute }: BoundAttribute): boolean {
  if (extension !== undefined) return attribute === MANAGER && subAttribute?.name === '$ref';
  if (attribute.name === 'meta') return subAttribute?.name === 'location';
  return subAttribute?.name === '$ref' && (attribute.name === 'members' || attribute.name === 'groups');
}

/**
 * The form in which URIs of resources are compared (RFC 7643 §2.3.7): the version of the protocol does not count, nor
 * does how a relative one begins. What does not end in an endpoint and an id stays as it is.
 */
export function comparableReference(uri: string): string {
  const normal = ABSOLUTE.test(uri) && URL.canParse(uri) ? new URL(uri).href : uri;
  const parts = RESOURCE.exec(normal)?.groups;
  if (!parts) return uri;
  const { front = '', endpoint = '', id = '' } = parts;
  return `${/^(?:\/|(?:\.\.?\/)+)?$/.test(front) ? '/' : front}${endpoint}/${id}`;
}

/** A base URI in the form in which it begins a {@link comparableReference}. */
export function comparableBase(baseUri: string): string {
  return comparableReference(`${baseUri}/Users/0`).slice(0, -'/Users/0'.length);
}

/**
 * The same of a URI that may be relative to `baseUri`, or to its path: the absolute one, so that all forms of the URI of
 * one resource are equal.
 */
export function resolveReference(uri: string, baseUri: string): string {
  const compared = comparableReference(uri);
  const base = comparableBase(baseUri);
  const path = base.replace(/^[^:/]+:\/\/[^/]+/, '');
  const below = compared.startsWith(`${path}/`) ? compared.slice(path.length) : compared;
  const relative = [below, compared].find((candidate) => BELOW_BASE.test(candidate));
  return relative === undefined ? compared : base + relative;
}
