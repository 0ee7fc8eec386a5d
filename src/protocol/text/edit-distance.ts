/**
 * How many slips of typing lie between two words, without regard to case: a character too much, one too few, another
 * one, or two neighbours in the wrong order. Undefined for more than `most`, which is found out at the cost of a few
 * comparisons where the lengths differ by more.
 */
export function editDistance(a: string, b: string, most: number): number | undefined {
  if (Math.abs(a.length - b.length) > most) return undefined;
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  let beforeLast: readonly number[] = [];
  // The distances of what stands in front of each character of `right` from the beginning of `left` so far.
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = at(last, j - 1) + (left[i - 1] === right[j - 1] ? 0 : 1);
      const swapped = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      row.push(
        Math.min(
          replaced,
          at(last, j) + 1,
          at(row, j - 1) + 1,
          swapped ? at(beforeLast, j - 2) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, row];
  }
  const distance = at(last, right.length);
  return distance > most ? undefined : distance;
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;
