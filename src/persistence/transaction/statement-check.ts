import { type Statement } from './company-transaction.js';

const MAX_PARAMETERS = 65_535;

/**
 * Checks parameters before anything is sent. If the driver failed on a parameter, the statements in front of it would
 * have been sent already, and the transaction would stay open.
 *
 * @throws TypeError for a value that can't be sent; requests can't cause it, since their bodies, filters and paths
 *   are checked when they are read
 */
export function checkStatements(statements: readonly Statement[]): void {
  for (const { text, values } of statements) {
    if (values.length > MAX_PARAMETERS) {
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
    return value.includes('\0') || !value.isWellFormed() ? 'holds NUL or half a surrogate pair' : undefined;
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
