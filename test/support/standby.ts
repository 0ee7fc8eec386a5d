import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Cluster, DATABASE, OWNER, prepareCluster } from '../../src/embedded-postgres/cluster.js';
import {
  findFreePort,
  findPostmaster,
  startPostmaster,
  stopPostmaster,
} from '../../src/embedded-postgres/postmaster.js';

const OPTIONS = ['fsync=off', 'max_connections=60', 'autovacuum=off'];
const START_LIMIT = 30_000;

/** A server with a database for the service. */
export interface Server {
  readonly url: string;
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** Two servers with the same content. The standby gets nothing of what is written to the primary later. */
export interface ServerPair {
  readonly primary: Server;
  readonly standby: Server;
  /** Makes the standby a primary. */
  promote(): Promise<void>;
  close(): Promise<void>;
}

/** @param fill writes what both servers are to have */
export async function startServerPair(fill: (server: Server) => Promise<void>): Promise<ServerPair> {
  const root = mkdtempSync(join(tmpdir(), 'rollcall-pair-'));
  const cluster = prepareCluster(join(root, 'primary'), false);
  const first = await startServer(cluster);
  await fill(first);
  await first.stop();
  const copy = join(root, 'standby', basename(cluster.folder));
  cpSync(cluster.folder, copy, { recursive: true });
  writeFileSync(join(copy, 'standby.signal'), '');
  cluster.launcher.own(copy);
  const primary = await startServer(cluster);
  const standby = await startServer(prepareCluster(join(root, 'standby'), false));
  return {
    primary,
    standby,
    promote: () => run(standby.adminUrl, 'SELECT pg_promote()'),
    close: async () => {
      await Promise.all([primary.stop(), standby.stop()]);
      rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

async function startServer(cluster: Cluster): Promise<Server> {
  const port = await findFreePort();
  // A standby never becomes what `startPostmaster` waits for.
  void startPostmaster(cluster, port, OPTIONS);
  const urlOf = (user: string): string =>
    `postgres://${user}:${cluster.secret}@127.0.0.1:${port}/${DATABASE}`;
  for (const deadline = Date.now() + START_LIMIT; ; await sleep(50)) {
    try {
      await run(urlOf('postgres'), 'SELECT 1');
      break;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
  return {
    url: urlOf(OWNER),
    adminUrl: urlOf('postgres'),
    stop: async () => {
      const pid = findPostmaster(cluster)?.pid;
      if (pid !== undefined) await stopPostmaster(cluster, pid);
    },
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
