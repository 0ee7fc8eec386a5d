import { UnavailableError } from '../../protocol/error/unavailable.error.js';

/** What `join_writers` answers to a writer that goes by an outdated comparison. */
const OUTDATED = 'RC001';
const RETRIED = ['40001', '40P01'];
const SERVER_AWAY = /^(08...|57P0[1-5]|53300)$/;
const NETWORK_FAILURE = /^E[A-Z]+$/;
const DRIVER_FAILURE = /^(Connection terminated|Client has encountered a connection error)/;

/** The company already has as many requests under way and waiting as it may have. */
export class CompanyBusyError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super('The company has too many requests under way. Send this one again later.', 1, options);
    this.name = 'CompanyBusyError';
  }
}

/** PostgreSQL can't be reached, or went away before it confirmed the transaction. */
export class DatabaseUnavailableError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super('The database is not available at the moment. Send the request again later.', 5, options);
    this.name = 'DatabaseUnavailableError';
  }
}

/** A statement ran into the time-out; for a search that means that its filter has to be narrower. */
export class StatementTimeoutError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super('The request took longer than the server allows.', 5, options);
    this.name = 'StatementTimeoutError';
  }
}

/** The database is being reindexed, or was for another program or other schemas than this process has. */
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

/** True for the two failures that are the doing of other transactions: serialization failure and deadlock. */
export const isRetried = (error: unknown): boolean => RETRIED.includes(textOf(error, 'code'));

/** True where a writer went by a comparison that is not the database's any more. */
export const isOutdated = (error: unknown): boolean => textOf(error, 'code') === OUTDATED;

/** The error for those above: what PostgreSQL or the driver says becomes one of ours where ours says more. */
export function translateError(error: unknown): unknown {
  if (error instanceof UnavailableError) {
    return error;
  }
  const code = textOf(error, 'code');
  const options = { cause: error };
  if (RETRIED.includes(code)) {
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
