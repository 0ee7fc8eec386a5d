/**
 * Rows for `each` that are told apart by one of their properties.
 *
 * @returns of each row the value of that property, for `%s` in the title, and the row
 */
export function titled<Row extends object, Key extends keyof Row>(
  rows: readonly Row[],
  key: Key,
): [Row[Key], Row][] {
  return rows.map((row) => [row[key], row]);
}
