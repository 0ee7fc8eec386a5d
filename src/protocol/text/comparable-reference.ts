import { type BoundAttribute } from '../schema/attribute-path.js';
import { MANAGER } from '../schema/enterprise-user.schema.js';
import { type AttributeDefinition } from '../schema/schema.js';

/**
 * The URI of a user or group in its parts. RFC 7644 §3.13: a segment with the version of the protocol, such as `v2`,
 * may stand in front of the endpoint; it belongs to none of the parts.
 */
const RESOURCE_URI =
  /^(?<front>[^?#]*?)(?:(?<![^/])v\d+\/)?(?<![^/])(?<endpoint>Users|Groups)\/(?<id>[^/?#]+)\/?$/;
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\//i;
const BELOW_BASE = /^\/(?:Users|Groups)\/[^/]+$/;

type ReferenceForm = Pick<AttributeDefinition, 'type' | 'caseExact' | 'referenceTypes'>;

/**
 * Whether the values of an attribute are URIs of users or groups, and are compared as such. References to anything
 * else, and references whose schema says that case does not count, are compared like other strings.
 */
export function refersToResource({ type, caseExact, referenceTypes = [] }: ReferenceForm): boolean {
  return (
    type === 'reference' && caseExact && referenceTypes.some((name) => name === 'User' || name === 'Group')
  );
}

/**
 * Whether the server derives this reference, which it then shows as an absolute URI. Others are kept as they were
 * sent.
 */
export function isDerivedReference({ extension, attribute, subAttribute }: BoundAttribute): boolean {
  if (extension !== undefined) return attribute === MANAGER && subAttribute?.name === '$ref';
  if (attribute.name === 'meta') return subAttribute?.name === 'location';
  return subAttribute?.name === '$ref' && (attribute.name === 'members' || attribute.name === 'groups');
}

/**
 * The form in which URIs of users and groups are compared. RFC 7643 §2.3.7 allows absolute URIs and ones relative to
 * the base URI, and RFC 7644 §3.13 allows each with and without the version of the protocol, so one resource has
 * several URIs. This form leaves out the version, and begins a relative URI with a single slash. Any other URI stays
 * as it is.
 */
export function comparableReference(uri: string): string {
  const normal = ABSOLUTE.test(uri) && URL.canParse(uri) ? new URL(uri).href : uri;
  const parts = RESOURCE_URI.exec(normal)?.groups;
  if (!parts) return uri;
  const { front = '', endpoint = '', id = '' } = parts;
  return `${/^(?:\/|(?:\.\.?\/)+)?$/.test(front) ? '/' : front}${endpoint}/${id}`;
}

/** The part of a {@link comparableReference} in front of the endpoint, for absolute URIs below `baseUri`. */
export function comparableBase(baseUri: string): string {
  return comparableReference(`${baseUri}/Users/0`).slice(0, -'/Users/0'.length);
}

/**
 * A URI in the form of {@link comparableReference}, made absolute if it is relative to `baseUri` or to the path of
 * that. All URIs of one resource have the same result.
 */
export function resolveReference(uri: string, baseUri: string): string {
  const compared = comparableReference(uri);
  const base = comparableBase(baseUri);
  const path = base.replace(/^[^:/]+:\/\/[^/]+/, '');
  const below = compared.startsWith(`${path}/`) ? compared.slice(path.length) : compared;
  const relative = [below, compared].find((candidate) => BELOW_BASE.test(candidate));
  return relative === undefined ? compared : base + relative;
}
