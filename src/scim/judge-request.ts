import { ResourceNotFoundError, ScimError } from '../protocol/error/scim-error.js';
import { type JsonObject } from '../protocol/json.js';

/** Parses the request body; it may refuse it. */
export type ReadBody = () => JsonObject;

/** What a write made of a request. */
export interface Outcome<T> {
  readonly resource: T;
  /** False where the request asked for what was so already. */
  readonly changed: boolean;
  /** What a lenient reading left out: names, never values. */
  readonly ignored: readonly string[];
}

/**
 * Runs the part of a request that may refuse it. Where it does and the target does not exist, 404 wins:
 * a client that lost track of a resource learns that first.
 */
export async function judgeRequest<T>(
  id: string,
  exists: () => Promise<boolean>,
  decide: () => T,
): Promise<T> {
  try {
    return decide();
  } catch (error) {
    if (error instanceof ScimError && !(await exists())) throw new ResourceNotFoundError(id);
    throw error;
  }
}

/** The value, or 404 where there is none. */
export function requireFound<T>(id: string, found: T | undefined): T {
  if (found === undefined) throw new ResourceNotFoundError(id);
  return found;
}
