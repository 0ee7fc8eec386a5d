import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Say, sayIfSlow, sayNothing } from '../config/progress.js';
import { StartupError } from '../config/startup-error.js';
import { type Cluster, DATABASE, OWNER, prepareCluster } from './cluster.js';
import { findFreePort, findPostmaster, startPostmaster, stopPostmaster } from './postmaster.js';

// An advisory lock of the database `postgres`, which each process using the server holds in shared mode. A process that can
// get it in exclusive mode is the last one.
const USERS_LOCK = 7_265_011;
const START_ATTEMPTS = 6;
const CONNECT_ATTEMPTS = 100;
const LONGEST_PAUSE = 10_000;

/** A PostgreSQL server of this program, shared by all processes that open the same data folder. */
export interface EmbeddedDatabase {
  /** URL of the database for the role that owns it. It stays the same when the server is restarted. */
  readonly url: string;
  /** Stops using the server. If no other process uses it, the server is stopped. */
  close(): Promise<void>;
}

/**
 * Opens the embedded PostgreSQL of a data folder. The cluster is created if the folder is empty, and the server is
 * started if it does not run yet. If the server dies, it is started again.
 *
 * @param dataDir absolute path
 * @param say told of what takes long
 * @throws StartupError with one line that says why this is impossible
 */
export async function openEmbedded(dataDir: string, say: Say = sayNothing): Promise<EmbeddedDatabase> {
  const lease = new ServerLease(prepareCluster(dataDir, true, say));
  const port = await sayIfSlow(say, `Waiting for the PostgreSQL in ${dataDir} …`, lease.join());
  return { url: ownerUrl(lease.cluster, port), close: () => lease.leave() };
}

const ownerUrl = (cluster: Cluster, port: number): string =>
  `postgres://${OWNER}:${cluster.secret}@127.0.0.1:${port}/${DATABASE}`;

/** This process as a user of the server: a connection that holds the shared lock until the process leaves or ends. */
class ServerLease {
  private port: number | undefined;
  private holder: pg.Client | undefined;
  private rejoining: Promise<void> | undefined;
  private readonly leaving = new AbortController();

  constructor(readonly cluster: Cluster) {}

  /**
   * Starts the server if it does not run, and connects to it.
   *
   * @returns the server's port
   * @throws StartupError where the server does not start or does not answer after several attempts
   */
  async join(): Promise<number> {
    let starts = 0;
    let connects = 0;
    for (;;) {
      const running = findPostmaster(this.cluster);
      if (running?.ready && (await this.enter(running.port))) {
        this.port = running.port;
        return running.port;
      }
      if (running !== undefined) {
        // The server is starting, recovering or stopping. Recovery may take any time. Attempts are only counted while
        // the server says that it is ready.
        connects += running.ready ? 1 : 0;
        this.refuseAfter(connects, CONNECT_ATTEMPTS);
        await sleep(50);
        continue;
      }
      if (!(await startPostmaster(this.cluster, this.port ?? (await findFreePort())))) {
        starts += 1;
        this.refuseAfter(starts, START_ATTEMPTS);
        await sleep(50 * 2 ** starts);
      }
    }
  }

  private refuseAfter(attempts: number, limit: number): void {
    if (attempts >= limit) {
      const reason = lastComplaint(this.cluster.log);
      throw new StartupError(`PostgreSQL did not start (see ${this.cluster.log})${reason}`);
    }
  }

  private async enter(port: number): Promise<boolean> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      password: this.cluster.secret,
      database: 'postgres',
      application_name: 'rollcall holder',
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock_shared($1)', [USERS_LOCK]);
    } catch (error) {
      await client.end().catch(() => undefined);
      if ((error as { code?: string }).code === '28P01') {
        throw new StartupError(
          `The PostgreSQL in ${this.cluster.folder} refuses the password kept there. Restore the folder from a backup.`,
        );
      }
      return false;
    }
    client.once('end', () => {
      if (this.holder === client) {
        this.rejoining = this.rejoin(client);
      }
    });
    this.holder = client;
    return true;
  }

  private async rejoin(lost: pg.Client): Promise<void> {
    const { signal } = this.leaving;
    for (
      let pause = 100;
      !signal.aborted && this.holder === lost;
      pause = Math.min(2 * pause, LONGEST_PAUSE)
    ) {
      try {
        await this.join();
      } catch {
        // Until the next attempt succeeds, requests are answered with 503.
        await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Closes the connection, and stops the server if no other process uses it. */
  async leave(): Promise<void> {
    if (this.leaving.signal.aborted) {
      return;
    }
    this.leaving.abort();
    // If this process is restarting the server, it must finish first, or the new server would not be stopped.
    await this.rejoining;
    const pid = findPostmaster(this.cluster)?.pid;
    const last = await this.releaseLock();
    if (last && pid !== undefined) {
      await stopPostmaster(this.cluster, pid);
    }
    await this.holder?.end().catch(() => undefined);
  }

  private async releaseLock(): Promise<boolean> {
    try {
      await this.holder?.query('SELECT pg_advisory_unlock_shared($1)', [USERS_LOCK]);
      const alone = await this.holder?.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [
        USERS_LOCK,
      ]);
      return alone?.rows[0]?.last === true;
    } catch {
      return false;
    }
  }
}

function lastComplaint(log: string): string {
  try {
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    const fatal = lines.reverse().find((line) => /\b(FATAL|PANIC|error while loading)\b/.test(line));
    return fatal === undefined ? '' : `: ${fatal.replace(/^.*?\b(FATAL|PANIC):\s*/, '')}`;
  } catch {
    return '';
  }
}
