/** How one run of a differential test is drawn: `SEED` repeats an earlier one, `DIFFERENTIAL_FACTOR` makes it longer. */
export interface SeededRun {
  readonly seed: number;
  readonly factor: number;
}

/** Reads the environment and says which seed is used, so that a failure can be played again. */
export function seededRun(what: string): SeededRun {
  const given = process.env['SEED'];
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  const factor = Number(process.env['DIFFERENTIAL_FACTOR'] ?? 1);
  if (!Number.isInteger(seed)) throw new Error('SEED: expected an integer');
  if (!(factor > 0)) throw new Error('DIFFERENTIAL_FACTOR: expected a positive number');
  print(`${what}: SEED=${seed} DIFFERENTIAL_FACTOR=${factor}`);
  return { seed, factor };
}

/** One line on standard output, past the test runner, which would wrap it in a stack trace. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A number that depends on a text alone, to draw independently in several places from one seed. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 1;
}
