import { UnavailableError } from '../../protocol/error/unavailable.error.js';

/** SQLSTATE with which the function `join_writers` refuses a writer whose forms of comparison are outdated. */
const OUTDATED = 'RC001';
const RETRYABLE = ['40001', '40P01'];
const SERVER_AWAY = /^(08...|57P0[1-5]|53300)$/;
const NETWORK_FAILURE = /^E[A-Z]+$/;
const DRIVER_FAILURE = /^(Connection terminated|Client has encountered a connection error)/;

/**
 * The company has as many running and waiting requests as it may have, or its transactions keep failing on each
 * other.
 */
export class CompanyBusyError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super('The company has too many requests under way. Send this one again later.', 1, options);
    this.name = 'CompanyBusyError';
  }
}

/** PostgreSQL can't be reached, or the connection was lost before the transaction was confirmed. */
export class DatabaseUnavailableError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super('The database is not available at the moment. Send the request again later.', 5, options);
    this.name = 'DatabaseUnavailableError';
  }
}

/** A statement took longer than the time-out. A search then needs a narrower filter. */
export class StatementTimeoutError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super('The request took longer than the server allows.', 5, options);
    this.name = 'StatementTimeoutError';
  }
}

/** The database is being reindexed, or was reindexed for another version of the program or for other schemas. */
export class ReindexedError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super(
      'The database is being reindexed, or was for another version of this server; it takes no writes.',
      30,
      options,
    );
    this.name = 'ReindexedError';
  }
}

const textOf = (error: unknown, property: 'code' | 'message'): string => {
  const text = (error as Partial<Record<string, unknown>> | null | undefined)?.[property];
  return typeof text === 'string' ? text : '';
};

/** Whether a transaction failed only because of another one, by a serialization failure or a deadlock. */
export const isRetryable = (error: unknown): boolean => RETRYABLE.includes(textOf(error, 'code'));

/** Whether a write was refused because this process compares values in an outdated form. */
export const isOutdated = (error: unknown): boolean => textOf(error, 'code') === OUTDATED;

/**
 * Translates an error of PostgreSQL or the driver to an `UnavailableError`. Other errors are returned as they are.
 */
export function translateError(error: unknown): unknown {
  if (error instanceof UnavailableError) {
    return error;
  }
  const code = textOf(error, 'code');
  const options = { cause: error };
  if (RETRYABLE.includes(code)) {
    return new CompanyBusyError(options);
  }
  if (isOutdated(error)) {
    return new ReindexedError(options);
  }
  if (code === '57014') {
    return new StatementTimeoutError(options);
  }
  const away =
    SERVER_AWAY.test(code) || NETWORK_FAILURE.test(code) || DRIVER_FAILURE.test(textOf(error, 'message'));
  return away ? new DatabaseUnavailableError(options) : error;
}
