interface Runs {
  readonly numRuns: number;
  readonly seed?: number;
  readonly endOnFailure?: boolean;
}

/**
 * The parameters of `fc.assert` for a property that is tried `count` times. Mutation testing sets `PROPERTY_RUNS` to
 * a smaller number, since each mutant repeats the property. Then the seed is fixed, so that a mutant has the same
 * result every time, and counterexamples are not shrunk, since nobody reads them.
 */
export function runs(count: number): Runs {
  const most = process.env['PROPERTY_RUNS'];
  if (most === undefined) return { numRuns: count };
  return { numRuns: Math.min(count, Number(most)), seed: 1, endOnFailure: true };
}
