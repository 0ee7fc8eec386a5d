import { AsyncLocalStorage } from 'node:async_hooks';
import { type DataSource, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { openOwnerDataSource } from '../persistence/database/data-source.js';
import { DatabaseUnavailableError, translateError } from '../persistence/transaction/transaction-errors.js';
import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { type ChangeOrigin } from '../scim/change-origin.js';
import { Administration } from './administration.js';

/** Connections of a process for administration, beside those for requests. */
const CONNECTIONS = 2;
/** How many calls may wait for a connection. */
const MOST_WAITING = 50;
const RETRY_SECONDS = 5;
/** The message of `pg-pool` where no connection became free in time. */
const NO_CONNECTION = 'timeout exceeded when trying to connect';
/** How long a statement may run. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** The use cases of administration for a service: several callers share a few connections of the database's owner. */
export class AdministrationPool {
  private callers = 0;
  /** How many calls are under way {@link within} an origin. */
  private calls = 0;
  private readonly origins = new AsyncLocalStorage<ChangeOrigin>();

  private constructor(private readonly source: DataSource) {}

  /** @throws StartupError where the database can't be reached */
  static async open(directUrl: string): Promise<AdministrationPool> {
    return new AdministrationPool(await openOwnerDataSource(directUrl, CONNECTIONS, STATEMENT_TIMEOUT_MS));
  }

  close(): Promise<void> {
    return this.source.destroy();
  }

  /** Calls `work`; what it changes through {@link run} until it ends has this origin in the journal. */
  async within<T>(origin: ChangeOrigin, work: () => Promise<T>): Promise<T> {
    this.calls += 1;
    try {
      return await this.origins.run(origin, work);
    } finally {
      this.calls -= 1;
      // Before version 24, Node.js tracks all that the process does while a store is in use: a tenth more for each request.
      if (this.calls === 0) this.origins.disable();
    }
  }

  /**
   * Runs `work` on a connection of its own.
   *
   * @throws UnavailableError where the database can't be used, or too many calls wait
   */
  async run<T>(work: (administration: Administration) => Promise<T>): Promise<T> {
    if (this.callers >= CONNECTIONS + MOST_WAITING) {
      throw tooManyCalls();
    }
    this.callers += 1;
    const administration = Administration.of(this.source, this.origins.getStore());
    try {
      return await work(administration);
    } catch (error) {
      if ((error as Partial<Error> | undefined)?.message === NO_CONNECTION) throw tooManyCalls();
      // TypeORM gives a connection back as soon as it is lost.
      const isLost = error instanceof QueryRunnerAlreadyReleasedError;
      throw isLost ? new DatabaseUnavailableError({ cause: error }) : translateError(error);
    } finally {
      this.callers -= 1;
      await administration.close();
    }
  }
}

const tooManyCalls = (): UnavailableError =>
  new UnavailableError('Too many calls of the admin API wait for their turn.', RETRY_SECONDS);
