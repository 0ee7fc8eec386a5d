import { type BoundAttribute } from '../schema/attribute-path.js';

/** A user's tag: the counter, and a hash of the derived groups and manager behind a dot. */
const TAG = /^(W\/"[^".]*)\.[^"]*"$/;

/**
 * A `meta.version` as filters compare it. Only the counter is kept with the resource; the hash is made when a
 * resource is read, out of what other resources say, so no search could look for it.
 */
export function withoutDerivedHash(tag: string): string {
  return tag.replace(TAG, '$1"');
}

/** Whether a target is `meta.version`. */
export function isVersion({ extension, attribute, subAttribute }: BoundAttribute): boolean {
  return extension === undefined && attribute.name === 'meta' && subAttribute?.name === 'version';
}
