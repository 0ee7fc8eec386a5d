import { type BoundAttribute } from '../schema/attribute-path.js';

/**
 * The entity tag of a user with groups or a manager: the version counter, a dot, and a hash of those derived values.
 */
const TAG = /^(W\/"[^".]*)\.[^"]*"$/;

/**
 * The part of a `meta.version` that filters compare. Only the version counter is stored with the resource. The hash
 * is computed from other resources when the user is read, so a query cannot look for it.
 */
export function withoutDerivedHash(tag: string): string {
  return tag.replace(TAG, '$1"');
}

/** Whether a target is `meta.version`. */
export function isVersion({ extension, attribute, subAttribute }: BoundAttribute): boolean {
  return extension === undefined && attribute.name === 'meta' && subAttribute?.name === 'version';
}
