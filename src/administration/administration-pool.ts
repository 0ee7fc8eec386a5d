import { AsyncLocalStorage } from 'node:async_hooks';
import { type DataSource, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { openOwnerDataSource } from '../persistence/database/data-source.js';
import { CompanyGate, type GateLimits } from '../persistence/transaction/company-gate.js';
import {
  CompanyBusyError,
  DatabaseUnavailableError,
  ServerBusyError,
  translateError,
} from '../persistence/transaction/transaction-errors.js';
import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { type ChangeOrigin } from '../scim/change-origin.js';
import { Administration } from './administration.js';

/** Connections of a process for administration, beside those for requests. */
const CONNECTIONS = 3;
/** One of them is kept from callers that use the others for long, and each caller's calls wait in a queue of their own. */
const LIMITS: GateLimits = {
  connections: CONNECTIONS,
  perCompany: CONNECTIONS - 1,
  busyReserve: 1,
  reserve: 0,
  slow: Infinity,
  longestWait: 5000,
  waitingPerCompany: 50,
  waitingInAll: 1000,
};
const RETRY_SECONDS = 5;
/** The message of `pg-pool` where a connection could not be opened in time. */
const NO_CONNECTION = 'timeout exceeded when trying to connect';
/** Those of whom nobody knows yet who they are wait in one queue. */
const UNKNOWN = 'unknown';
/** How long a statement may run. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** A call of the admin API. */
export interface AdministrationCall {
  /** Whose call it is: the id of a company, or of a credential that is for none alone. Callers take turns. */
  readonly caller: string;
  /** What its changes have in the journal. */
  readonly origin: ChangeOrigin;
}

/** The use cases of administration for a service: several callers share a few connections of the database's owner. */
export class AdministrationPool {
  private readonly gate = new CompanyGate(LIMITS);
  /** How many calls are under way {@link within} this. */
  private calls = 0;
  private readonly current = new AsyncLocalStorage<AdministrationCall>();

  private constructor(private readonly source: DataSource) {}

  /** @throws StartupError where the database can't be reached */
  static async open(directUrl: string): Promise<AdministrationPool> {
    return new AdministrationPool(await openOwnerDataSource(directUrl, CONNECTIONS, STATEMENT_TIMEOUT_MS));
  }

  close(): Promise<void> {
    return this.source.destroy();
  }

  /** Calls `work`; what it does through {@link run} until it ends is a part of this call. */
  async within<T>(call: AdministrationCall, work: () => Promise<T>): Promise<T> {
    this.calls += 1;
    try {
      return await this.current.run(call, work);
    } finally {
      this.calls -= 1;
      // Before version 24, Node.js tracks all that the process does while a store is in use: a tenth more for each request.
      if (this.calls === 0) this.current.disable();
    }
  }

  /**
   * Runs `work` on a connection of its own.
   *
   * @param caller whose turn it is outside of a call, where that is known
   * @throws UnavailableError where the database can't be used, or too many calls of the caller wait, or it has waited too long
   */
  async run<T>(work: (administration: Administration) => Promise<T>, caller?: string): Promise<T> {
    const call = this.current.getStore();
    const leave = await this.enter(call?.caller ?? caller ?? UNKNOWN);
    const administration = Administration.of(this.source, call?.origin);
    try {
      return await work(administration);
    } catch (error) {
      // TypeORM gives a connection back as soon as it is lost.
      const isLost =
        error instanceof QueryRunnerAlreadyReleasedError ||
        (error as Partial<Error> | undefined)?.message === NO_CONNECTION;
      throw isLost ? new DatabaseUnavailableError({ cause: error }) : translateError(error);
    } finally {
      await administration.close().finally(leave);
    }
  }

  private async enter(caller: string): Promise<() => void> {
    try {
      return await this.gate.enter(caller);
    } catch (error) {
      const isBusy = error instanceof CompanyBusyError || error instanceof ServerBusyError;
      throw isBusy ? new UnavailableError(TOO_MANY_CALLS, RETRY_SECONDS, { cause: error }) : error;
    }
  }
}

const TOO_MANY_CALLS = 'Too many calls of the admin API wait for their turn.';
