import { type ObservedRequest } from '../../access/authenticated-request.js';
import { HIDDEN, plainText } from '../../protocol/text/plain-text.js';
import { type Outcome } from '../../scim/request-target.js';

/** The characters of attribute paths, and of the words that name places in a request. */
const PATH = /^[\w$:./\-[\]… ]*$/;

/** Names from a request as the log shows them: what can't be an attribute's path stands as `…`. */
export function shownNames(names: readonly string[]): string[] {
  const shown = names.map((name) => plainText(name, 120)).map((name) => (PATH.test(name) ? name : HIDDEN));
  return [...new Set(shown)];
}

/** Notes the outcome of a write for the request's log line. */
export function noteOutcome(
  { facts }: ObservedRequest,
  { resource, changed, ignored }: Omit<Outcome<{ readonly id: string }>, 'sent'>,
): void {
  facts.resourceId = resource.id;
  facts.outcome = changed ? 'done' : 'unchanged';
  facts.ignored = shownNames(ignored);
}
