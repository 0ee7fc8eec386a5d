/**
 * How often `fc.assert` tries a property: `count` times, or as often as `PROPERTY_RUNS` says. Mutation testing sets
 * it, since it runs a property once for each mutant; the seed is fixed then, so that a mutant is judged the same way
 * every time.
 */
export function runs(count: number): { readonly numRuns: number; readonly seed?: number } {
  const most = process.env['PROPERTY_RUNS'];
  return most === undefined ? { numRuns: count } : { numRuns: Math.min(count, Number(most)), seed: 1 };
}
