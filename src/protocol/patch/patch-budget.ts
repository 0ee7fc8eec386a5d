import { tooMany } from '../error/scim-error.js';
import { type PatchOperation } from './patch-message.js';

/** How many comparisons and touched values one PATCH may cost: operations × values × terms of their filters. */
export const MAX_PATCH_WORK = 2_000_000;
/** How many characters the paths of one PATCH may have together, which is what reading their filters costs. */
export const MAX_PATHS_LENGTH = 1_000_000;

/** @throws ScimError 400 `tooMany` where the paths are longer than {@link MAX_PATHS_LENGTH} together */
export function refuseLongPaths(operations: readonly PatchOperation[]): void {
  const length = operations.reduce((sum, { path = '' }) => sum + path.length, 0);
  if (length <= MAX_PATHS_LENGTH) return;
  throw tooMany(
    `Operations: their paths have ${length} characters together, and one PATCH may have ${MAX_PATHS_LENGTH}; send ` +
      `the operations in several requests`,
  );
}

/** Counts what carrying out a PATCH costs. */
export class PatchBudget {
  private spent = 0;

  /** @throws ScimError 400 `tooMany` where the PATCH has cost more than it may */
  spend(steps: number): void {
    this.spent += steps;
    if (this.spent <= MAX_PATCH_WORK) return;
    throw tooMany(
      `up to here the operations look at values ${this.spent} times (operations × values × terms of filters), and one ` +
        `PATCH may ${MAX_PATCH_WORK} times; send the operations in several requests`,
    );
  }
}
