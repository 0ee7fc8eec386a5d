import { refusal } from '../../../test/support/refusal.js';
import { MAX_PATCH_WORK, MAX_PATHS_LENGTH, PatchBudget, refuseLongPaths } from './patch-budget.js';
import { type PatchOperation } from './patch-message.js';

const withPaths = (...lengths: readonly (number | undefined)[]): PatchOperation[] =>
  lengths.map((length, index) => ({
    index,
    op: 'remove',
    ...(length !== undefined && { path: 'x'.repeat(length) }),
  }));

describe('refuseLongPaths', () => {
  it('takes paths that are as long together as they may be, and operations without one', () => {
    const operations = withPaths(MAX_PATHS_LENGTH - 10, undefined, 10);
    expect(refusal(() => refuseLongPaths(operations))).toBe('accepted');
  });

  it('refuses one character more, and says how many there are', () => {
    const operations = withPaths(MAX_PATHS_LENGTH - 10, 11);
    expect(refusal(() => refuseLongPaths(operations))).toBe(
      `400 tooMany Operations: their paths have ${MAX_PATHS_LENGTH + 1} characters together, and one PATCH may have ` +
        `${MAX_PATHS_LENGTH}; send the operations in several requests`,
    );
  });
});

describe('PatchBudget', () => {
  it('takes as much as a PATCH may cost, in any number of steps, and refuses one more', () => {
    const budget = new PatchBudget();
    budget.spend(MAX_PATCH_WORK - 1);
    expect(refusal(() => budget.spend(1))).toBe('accepted');
    expect(refusal(() => budget.spend(1))).toBe(
      `400 tooMany up to here the operations look at values ${MAX_PATCH_WORK + 1} times (operations × values × terms ` +
        `of filters), and one PATCH may ${MAX_PATCH_WORK} times; send the operations in several requests`,
    );
  });
});
