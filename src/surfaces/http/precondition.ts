import { type Request } from 'express';
import { matchesNone, parseIfMatch, parseIfNoneMatch } from '../../protocol/resource/version.js';
import { type Precondition } from '../../scim/precondition.js';

/** What a write asks by `If-Match` and `If-None-Match`, if anything. Throws ScimError 400 where a header is malformed. */
export function readPrecondition(request: Request): Precondition | undefined {
  const [match, noneMatch] = [request.get('if-match'), request.get('if-none-match')];
  if (match === undefined && noneMatch === undefined) return undefined;
  return { ...parseIfMatch(match ?? '*'), ...(noneMatch === undefined ? {} : parseIfNoneMatch(noneMatch)) };
}

/** Whether a read's `If-None-Match` names this tag, so that 304 says all there is to say. */
export function isUnchanged(request: Request, tag: string): boolean {
  const header = request.get('if-none-match');
  return header !== undefined && !matchesNone(header, tag);
}
