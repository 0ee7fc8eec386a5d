import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { isReadOnly, translateError } from '../persistence/transaction/transaction-errors.js';

/**
 * One line for a start that failed because of the state of the database: a standby, a full disk, too many connections.
 *
 * @returns undefined where something else is wrong
 */
export function describeRefusal(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = causeOf(cause)) {
    if (cause instanceof UnavailableError || !(translateError(cause) instanceof UnavailableError)) continue;
    return isReadOnly(cause)
      ? `The database takes no writes (${cause.message}): it is a standby, or read-only. Let DATABASE_URL name a server that takes writes.`
      : `The database can't be used: ${cause.message}.`;
  }
  return undefined;
}

/** What an error was made of; TypeORM has a property of its own for it. */
const causeOf = (error: Error & { driverError?: unknown }): unknown => error.cause ?? error.driverError;
