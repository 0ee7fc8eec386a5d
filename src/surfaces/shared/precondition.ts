import { type Request } from 'express';
import { matchesNone, parseIfMatch } from '../../protocol/resource/version.js';
import { type Precondition } from '../../scim/store-query.js';

/** The request's `If-Match`, if it has one. Throws ScimError 400 where the header is malformed. */
export function readPrecondition(request: Request): Precondition | undefined {
  const header = request.get('if-match');
  return header === undefined ? undefined : parseIfMatch(header);
}

/** Whether the request's `If-None-Match` names this tag, so that 304 says all there is to say. */
export function isUnchanged(request: Request, tag: string): boolean {
  const header = request.get('if-none-match');
  return header !== undefined && !matchesNone(header, tag);
}
