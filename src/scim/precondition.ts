import { preconditionFailed, ScimError } from '../protocol/error/scim-error.js';

/**
 * `If-Match` and `If-None-Match` of a write (RFC 7644 §3.14: a client may make a write depend on the version that it read). They
 * are judged under the row's lock.
 */
export interface Precondition {
  /** Version counters, any of which may be the present one; `any`: the resource only has to exist. */
  readonly versions: readonly string[] | 'any';
  /** Version counters, none of which may be the present one; `any`: the resource must not exist. */
  readonly noneOf?: readonly string[] | 'any';
  /** What is wrong with the header, which is said of a resource that is there: 404 comes first. */
  readonly refusal?: ScimError;
}

/** The precondition that `read` makes. Where it throws a ScimError, a precondition that refuses with that one. */
export function holdMalformed(read: () => Precondition): Precondition {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScimError) return { versions: 'any', refusal: error };
    throw error;
  }
}

/**
 * To be called under the row's lock, or for a request that is refused in any case.
 *
 * @param version the present one
 * @throws ScimError 412 where the present version is none of those named, or one of those ruled out; 400 where they
 *   could not be read
 */
export function requireVersion(precondition: Precondition | undefined, version: string): void {
  if (!precondition) return;
  const { versions, noneOf = [], refusal } = precondition;
  if (refusal) throw refusal;
  if (versions !== 'any' && !versions.includes(version)) {
    throw preconditionFailed(`If-Match: the resource is at version ${version} now. Read it again.`);
  }
  if (noneOf === 'any' || noneOf.includes(version)) {
    throw preconditionFailed(`If-None-Match: the resource is there, at version ${version}.`);
  }
}
