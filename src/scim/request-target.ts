import { ResourceNotFoundError, ScimError } from '../protocol/error/scim-error.js';
import { type SentAttributes } from '../protocol/message/sent-attributes.js';
import { type Precondition, requireVersion } from './precondition.js';

/** The outcome of a write. */
export interface Outcome<T> {
  readonly resource: T;
  /** False where everything was already as the request asked. */
  readonly changed: boolean;
  /** What a lenient reading left out: names, never values. */
  readonly ignored: readonly string[];
  /** The attributes that the request had values for, which its answer may show for that reason (RFC 7643 §7). */
  readonly sent: SentAttributes;
}

/** What a request is about. */
export interface RequestTarget {
  readonly id: string;
  readonly precondition: Precondition | undefined;
  /** The present version; undefined where the company has no such resource. */
  find(): Promise<{ readonly version: string } | undefined>;
}

/**
 * Runs the part of a request that may refuse it, and lets the errors of its target win: 404 where there is no such
 * resource, 412 where it has another version. A client that lost track of a resource learns that first.
 */
export async function preferTargetErrors<T>(target: RequestTarget, decide: () => T | Promise<T>): Promise<T> {
  try {
    return await decide();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    const { version } = requireFound(target.id, await target.find());
    requireVersion(target.precondition, version);
    throw error;
  }
}

/** The value, or 404 where there is none. */
export function requireFound<T>(id: string, found: T | undefined): T {
  if (found === undefined) throw new ResourceNotFoundError(id);
  return found;
}
