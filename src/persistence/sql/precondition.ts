import { preconditionFailed } from '../../protocol/error/scim-error.js';
import { type Precondition } from '../../scim/store-query.js';

/** To be called under the row's lock. @throws ScimError 412 where the present version is none of those named. */
export function requireVersion(precondition: Precondition | undefined, version: string): void {
  if (!precondition || precondition.versions === 'any' || precondition.versions.includes(version)) return;
  throw preconditionFailed(`If-Match: the resource is at version ${version} now. Read it again.`);
}
