/** The seed of a run of a differential test, by which it can be repeated, and how much longer than usual it is. */
export interface SeededRun {
  readonly seed: number;
  readonly factor: number;
}

/**
 * Reads `SEED` and `DIFFERENTIAL_FACTOR` from the environment, and prints the seed, so that a failed run can be
 * repeated.
 *
 * @throws Error for a seed that is no integer or a factor that is not positive
 */
export function seededRun(what: string): SeededRun {
  const given = process.env['SEED'];
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  const factor = Number(process.env['DIFFERENTIAL_FACTOR'] ?? 1);
  if (!Number.isInteger(seed)) throw new Error('SEED: expected an integer');
  if (!(factor > 0)) throw new Error('DIFFERENTIAL_FACTOR: expected a positive number');
  print(`${what}: SEED=${seed} DIFFERENTIAL_FACTOR=${factor}`);
  return { seed, factor };
}

/** Prints a line. Vitest's console would add the name of the test to it. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A number that only depends on a text, to derive several independent seeds from one. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 1;
}
