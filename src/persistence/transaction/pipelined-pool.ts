import { type Tracer } from '@opentelemetry/api';
import { type Pool, type PoolClient } from 'pg';
import { type DataSource } from 'typeorm';
import { type PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { type AbortSignalLike } from '../../scim/abort-signal.js';
import { ClientGoneError } from '../../scim/client-gone.error.js';
import { destroySocket } from '../database/destroy-socket.js';
import { PipelinedConnection } from './pipelined-connection.js';
import { DatabaseUnavailableError } from './transaction-errors.js';

/** Opens {@link PipelinedConnection}s on the pool of a data source. */
export class PipelinedPool {
  /** The generation that a connection belongs to, which only counts those that have been used. */
  private readonly generations = new WeakMap<PoolClient, number>();
  private generation = 0;

  /**
   * @param named whether statements may be prepared, which a pooler does not allow
   * @param servers how many servers there are to connect to
   * @param tracer makes a span of each statement
   */
  constructor(
    private readonly dataSource: DataSource,
    private readonly named: boolean,
    private readonly servers: number,
    private readonly tracer?: Tracer,
  ) {}

  /**
   * @param signal ends the wait for a connection, and what runs on it
   * @throws DatabaseUnavailableError where no connection can be opened, ClientGoneError where nobody waits for it
   */
  async open(signal: AbortSignalLike): Promise<PipelinedConnection> {
    // After a failed attempt, the pool connects to the next server.
    for (let left = this.servers; ; left -= 1) {
      try {
        return await this.take(signal);
      } catch (cause) {
        if (cause instanceof ClientGoneError) throw cause;
        if (left <= 1 || signal.aborted) throw new DatabaseUnavailableError({ cause });
      }
    }
  }

  /** Closes all connections that were used so far, each when it is taken next: their server takes no writes any more. */
  retire(): void {
    this.generation += 1;
  }

  /** How many connections are open, by whether they are used, and how many there may be. */
  usage(): { readonly used: number; readonly idle: number; readonly most: number } {
    const { totalCount, idleCount, options } = (this.dataSource.driver as PostgresDriver).master as Pool;
    return { used: totalCount - idleCount, idle: idleCount, most: options.max };
  }

  private async take(signal: AbortSignalLike): Promise<PipelinedConnection> {
    for (;;) {
      // The query runner handles the error event of a lost connection. Without a handler, it would end the process.
      const runner = this.dataSource.createQueryRunner();
      const connecting = runner.connect() as Promise<PoolClient>;
      const client = await unlessAborted(connecting, signal).catch((error: unknown) => {
        // If the connection is there after all, it is not needed any more.
        connecting.then(
          () => runner.release(),
          () => undefined,
        );
        throw error;
      });
      const generation = this.generations.get(client) ?? this.generation;
      this.generations.set(client, generation);
      if (generation === this.generation) {
        return new PipelinedConnection(runner, client, this.named, signal, this.tracer);
      }
      destroySocket(client);
      await runner.release();
    }
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignalLike): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      if (signal.reason) reject(signal.reason);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
