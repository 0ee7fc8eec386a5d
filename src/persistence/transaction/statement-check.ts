import { type Statement } from './company-transaction.js';

const MOST_VALUES = 65_535;
// With the u flag a surrogate that belongs to a pair is part of its character and does not match.
const NOT_STORABLE = /[\0\p{Surrogate}]/u;

/**
 * Checks parameters before anything is sent: in a pipeline, one that the driver stumbles over would leave the
 * statements before it without their end.
 * @throws TypeError for what requests can't cause: bodies, filters and paths were searched for it when they came in.
 */
export function checkStatements(statements: readonly Statement[]): void {
  for (const { text, values } of statements) {
    if (values.length > MOST_VALUES) {
      throw new TypeError(`${values.length} parameters are more than a statement may have: ${text}`);
    }
    values.forEach((value: unknown, index) => {
      const fault = findFault(value);
      if (fault !== undefined) {
        throw new TypeError(`Parameter $${index + 1} ${fault}: ${text}`);
      }
    });
  }
}

function findFault(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean' || Buffer.isBuffer(value)) {
    return undefined;
  }
  if (typeof value === 'string') {
    return NOT_STORABLE.test(value) ? 'holds NUL or half a surrogate pair' : undefined;
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : 'is no finite number';
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const strange = items.find((item) => item !== null && typeof item !== 'string');
    return strange === undefined && !items.includes(undefined)
      ? items.map(findFault).find((fault) => fault !== undefined)
      : 'is an array of other things than strings';
  }
  return `is of type ${typeof value}`;
}
