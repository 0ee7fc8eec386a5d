interface Runs {
  readonly numRuns: number;
  readonly seed?: number;
  readonly endOnFailure?: boolean;
}

/**
 * How `fc.assert` tries a property: `count` times, or as often as `PROPERTY_RUNS` says. Mutation testing sets it, since
 * it asks a property once for each mutant. Then the seed is fixed, so that a mutant is judged the same way every time,
 * and nothing is shrunk, since nobody reads the counterexample.
 */
export function runs(count: number): Runs {
  const most = process.env['PROPERTY_RUNS'];
  if (most === undefined) return { numRuns: count };
  return { numRuns: Math.min(count, Number(most)), seed: 1, endOnFailure: true };
}
