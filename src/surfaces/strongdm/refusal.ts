import { type Request } from 'express';
import { ResourceNotFoundError, ScimError, UnknownMembersError } from '../../protocol/error/scim-error.js';
import { encodeScimError } from '../http/scim-error.filter.js';
import { type EncodedError } from '../http/surface.js';
import { withPrefix } from './prefixed-id.js';

/** The documented details of errors; the log has the full reason. */
const DOCUMENTED: Readonly<Partial<Record<string, string>>> = {
  uniqueness: 'One or more of the attribute values are already in use or are reserved.',
  invalidSyntax: 'The request body message structure was invalid or did not conform to the request schema.',
  invalidValue:
    'A required value was missing, or the value specified was not compatible with the operation or attribute type, or resource schema.',
  invalidFilter:
    'The specified filter syntax was invalid, or the specified attribute and filter comparison combination is not supported.',
  invalidPath: 'The "path" attribute was invalid or malformed.',
};

/** The path of a resource; the group is the id as the client wrote it. */
const RESOURCE_PATH = /\/(?:Users|Groups)\/([^/]+)\/?$/;

/** How many unknown members one refusal names. */
const NAMED_MEMBERS = 20;

/** The error body of RFC 7644 §3.12 with the documented details. */
export function encodeStrongdmError(error: ScimError, request: Request): EncodedError {
  return encodeScimError(reword(error, request));
}

function reword(error: ScimError, request: Request): ScimError {
  if (error instanceof ResourceNotFoundError) return notFound([idInPath(request) ?? error.id]);
  if (error instanceof UnknownMembersError) {
    return notFound(error.members.map(({ type, value }) => (type ? withPrefix(type, value) : value)));
  }
  const documented = error.scimType && DOCUMENTED[error.scimType];
  return documented === undefined ? error : new ScimError(error.status, error.scimType, documented);
}

function notFound(ids: readonly string[]): ScimError {
  const named = ids.slice(0, NAMED_MEMBERS).map((id) => id.slice(0, 100));
  const more = ids.length > named.length ? ` and ${ids.length - named.length} more` : '';
  return new ScimError(404, undefined, `Resource ${named.join(', ')}${more} not found.`);
}

function idInPath({ path }: Request): string | undefined {
  const [, id] = RESOURCE_PATH.exec(path) ?? [];
  return id === undefined ? undefined : decodeURIComponent(id);
}
