import { preconditionFailed } from '../protocol/error/scim-error.js';

/** `If-Match` and `If-None-Match` of a write, judged under the row's lock (RFC 7644 §3.14: a client may make a write depend on the version that it read). */
export interface Precondition {
  /** Version counters, any of which may be the present one; `any`: the resource only has to exist. */
  readonly versions: readonly string[] | 'any';
  /** Version counters, none of which may be the present one; `any`: the resource must not exist. */
  readonly noneOf?: readonly string[] | 'any';
}

/**
 * To be called under the row's lock, or for a request that is refused in any case.
 * @throws ScimError 412 where the present version is none of those named, or one of those ruled out
 */
export function requireVersion(precondition: Precondition | undefined, version: string): void {
  if (!precondition) return;
  const { versions, noneOf = [] } = precondition;
  if (versions !== 'any' && !versions.includes(version)) {
    throw preconditionFailed(`If-Match: the resource is at version ${version} now. Read it again.`);
  }
  if (noneOf === 'any' || noneOf.includes(version)) {
    throw preconditionFailed(`If-None-Match: the resource is there, at version ${version}.`);
  }
}
