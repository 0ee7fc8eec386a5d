import { type LoadAnswer } from '../load/exchange.js';

/**
 * @throws Error where two answers to the same kind of request differ in their status or in what their bodies consist
 *   of, whatever the values are
 */
export function requireSameShape(name: string, one: LoadAnswer, other: LoadAnswer): void {
  const [first, second] = [one, other].map(({ status, body }) => `${status} ${shapeOf(body)}`);
  if (first !== second) throw new Error(`${name}: the answers differ\n${first}\n${second}`);
}

const shapeOf = (body: string): string => (body === '' ? '' : describe(JSON.parse(body)));

/** Names and types of all members, and the number of elements of arrays and what the first is. */
function describe(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? '[]' : `[${value.length} of ${describe(value[0])}]`;
  }
  if (typeof value !== 'object' || value === null) return typeof value;
  const members = Object.entries(value).map(([name, each]) => `${name}: ${describe(each)}`);
  return `{${members.sort().join(', ')}}`;
}
