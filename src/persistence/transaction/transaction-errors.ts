import { ElsewhereError } from '../../protocol/error/elsewhere.error.js';
import { UnavailableError } from '../../protocol/error/unavailable.error.js';
import { StaleCredentialError } from '../../scim/remembered-credential.js';

/** SQLSTATE with which the function `join_writers` refuses a writer whose forms of comparison are outdated. */
const OUTDATED = 'RC001';
/** SQLSTATE with which the function `confirm_token` refuses a credential that is not as it is remembered. */
const STALE = 'RC002';
/** SQLSTATE with which the function `judge_removals` refuses a removal. */
const HELD = 'RC003';
/** SQLSTATE with which the function `refuse_elsewhere` refuses writes of a company that is moved. */
const ELSEWHERE = 'RC004';
const RETRYABLE = ['40001', '40P01'];
/** Class 23: a constraint is violated, as by a name that another resource has. */
const VIOLATED = /^23...$/;
/** A statement's time is over, or it was cancelled. */
const CANCELED = '57014';
/** Of the server's own time-outs: of a statement, of a transaction that does nothing, of a whole transaction. */
const TIMED_OUT = [CANCELED, '25P03', '25P04'];
const LOST = /^(08...|57P0[1-5])$/;
const TOO_MANY_CONNECTIONS = '53300';
/** Classes 53 (insufficient resources) and 58 (system errors): disk full, out of memory, I/O error. */
const OUT_OF_RESOURCES = /^(53...|58...)$/;
const READ_ONLY = '25006';
const NETWORK_FAILURE = /^E[A-Z]+$/;
const DRIVER_FAILURE = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

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

/** Other companies use all connections, and no place became free in time. */
export class ServerBusyError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super('The server has too many requests under way. Send this one again later.', 5, options);
    this.name = 'ServerBusyError';
  }
}

/** PostgreSQL can't be reached, or the connection was lost before the transaction was confirmed. */
export class DatabaseUnavailableError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super('The database is not available at the moment. Send the request again later.', 5, options);
    this.name = 'DatabaseUnavailableError';
  }
}

/** PostgreSQL has no space left on its disk, no memory, or can't read or write a file. */
export class DatabaseExhaustedError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super('The database is out of space or memory. Send the request again later.', 30, options);
    this.name = 'DatabaseExhaustedError';
  }
}

/** PostgreSQL takes no writes: it is a standby, or was set to be read-only. */
export class ReadOnlyDatabaseError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super('The database takes no writes at the moment. Send the request again later.', 5, options);
    this.name = 'ReadOnlyDatabaseError';
  }
}

/** The connection was lost, or the time was over, after COMMIT was sent and before it was answered. */
export class OutcomeUnknownError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super(
      'The database did not confirm the change, so its outcome is unknown: it may have been made. Look before you ' +
        'send the request again.',
      5,
      options,
    );
    this.name = 'OutcomeUnknownError';
  }
}

/** A statement or the whole transaction took longer than the time-out. A search then needs a narrower filter. */
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

const textOf = (error: unknown, property: 'code' | 'message' | 'detail'): string => {
  const text = (error as Partial<Record<string, unknown>> | null | undefined)?.[property];
  return typeof text === 'string' ? text : '';
};

/** Whether a transaction failed only because of another one, by a serialization failure or a deadlock. */
export const isRetryable = (error: unknown): boolean => RETRYABLE.includes(textOf(error, 'code'));

/** Whether a write was refused because this process compares values in an outdated form. */
export const isOutdated = (error: unknown): boolean => textOf(error, 'code') === OUTDATED;

/** Whether a transaction was refused because its credential or company has changed. */
export const isStale = (error: unknown): boolean => textOf(error, 'code') === STALE;

/** Whether the company's guard has refused a removal. */
export const isHeld = (error: unknown): boolean => textOf(error, 'code') === HELD;

/** Whether a write was refused because its company is moved to another cell. */
export const isElsewhere = (error: unknown): boolean => textOf(error, 'code') === ELSEWHERE;

/** Whether a write was refused because the server takes none. */
export const isReadOnly = (error: unknown): boolean => textOf(error, 'code') === READ_ONLY;

/**
 * Whether an error has ended its transaction and left the session as it was. These are the errors that requests can bring
 * about as often as they like. After any other one nothing is taken for granted: a prepared statement may be outdated.
 */
export function endsTransactionAlone(error: unknown): boolean {
  const code = textOf(error, 'code');
  return VIOLATED.test(code) || [...RETRYABLE, CANCELED, OUTDATED, STALE, HELD, ELSEWHERE].includes(code);
}

/** Whether the connection was lost, so that nothing is known of what was sent on it and not answered. */
export function isConnectionLoss(error: unknown): boolean {
  const code = textOf(error, 'code');
  return LOST.test(code) || NETWORK_FAILURE.test(code) || DRIVER_FAILURE.test(textOf(error, 'message'));
}

/**
 * Translates an error of PostgreSQL or the driver to an `UnavailableError`, or that of a credential to a
 * `StaleCredentialError`. Other errors are returned as they are.
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
  if (isStale(error)) {
    return new StaleCredentialError(options);
  }
  if (isElsewhere(error)) {
    return new ElsewhereError(textOf(error, 'detail'), options);
  }
  if (TIMED_OUT.includes(code)) {
    return new StatementTimeoutError(options);
  }
  if (isReadOnly(error)) {
    return new ReadOnlyDatabaseError(options);
  }
  if (isConnectionLoss(error) || code === TOO_MANY_CONNECTIONS) {
    return new DatabaseUnavailableError(options);
  }
  return OUT_OF_RESOURCES.test(code) ? new DatabaseExhaustedError(options) : error;
}
