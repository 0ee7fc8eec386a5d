/** The middle of the values; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Medians of two things measured in turns, in milliseconds, and how the second compares with the first. */
export interface Pair {
  readonly first: number;
  readonly second: number;
  readonly ratio: number;
}

/**
 * Measures two things in turns, so that whatever else the machine does falls on both.
 * @param one One measurement in milliseconds; it is told its round.
 */
export async function measurePair(
  rounds: number,
  one: (round: number) => Promise<number>,
  other: (round: number) => Promise<number>,
): Promise<Pair> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      times[which].push(await (which === 0 ? one(round) : other(round)));
    }
  }
  const [first, second] = [median(times[0]), median(times[1])];
  return { first, second, ratio: second / first };
}

/**
 * Writes a line about a comparison that was made several times; the middle series counts, since one may mislead on a
 * busy machine. The process ends with 1 when its ratio is over `limit`.
 */
export function report(
  name: string,
  [one, other]: readonly [string, string],
  series: readonly Pair[],
  limit: number,
): void {
  const sorted = [...series].sort((first, second) => first.ratio - second.ratio);
  const { first, second, ratio } = sorted[Math.floor(sorted.length / 2)] as Pair;
  const medians = `${one} p50 ${first.toFixed(2)} ms, ${other} p50 ${second.toFixed(2)} ms`;
  const ratios = series.map((each) => each.ratio.toFixed(2)).join(' ');
  const verdict = `ratio ${ratio.toFixed(2)} (of ${ratios})${ratio > limit ? `, over ${limit}` : ''}`;
  process.stdout.write(`${name.padEnd(32)} ${medians}, ${verdict}\n`);
  if (!(ratio <= limit)) process.exitCode = 1;
}
