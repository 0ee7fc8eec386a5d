import { type Request } from 'express';
import { passesIfNoneMatch, parseIfMatch, parseIfNoneMatch } from '../../protocol/resource/version.js';
import { holdMalformed, type Precondition } from '../../scim/precondition.js';

/** What a write asks by `If-Match` and `If-None-Match`, if anything. A malformed header is refused where it is judged. */
export function readPrecondition(request: Request): Precondition | undefined {
  const [match, noneMatch] = [request.get('if-match'), request.get('if-none-match')];
  if (match === undefined && noneMatch === undefined) return undefined;
  return holdMalformed(() => ({
    ...parseIfMatch(match ?? '*'),
    ...(noneMatch === undefined ? {} : parseIfNoneMatch(noneMatch)),
  }));
}

/** Whether a read's `If-None-Match` names this tag, so that 304 says all there is to say. */
export function isUnchanged(request: Request, tag: string): boolean {
  const header = request.get('if-none-match');
  return header !== undefined && !passesIfNoneMatch(header, tag);
}
