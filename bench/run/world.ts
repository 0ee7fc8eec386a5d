import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { postmasterOf } from '../../test/support/process.js';
import { type BenchDatabase } from '../database.js';
import { type LoadTarget } from '../load/closed-loop.js';
import { ServerProcess } from '../processes/server-process.js';
import { type BenchData } from './data.js';

/** A server that is measured. */
export type BenchServer = LoadTarget & Pick<ServerProcess, 'name' | 'startUp' | 'stop'>;

const compiled = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/**
 * Starts the compiled program as it is shipped: only the limits of rates are lifted.
 *
 * @param settings others that are not as they are by default
 */
export async function startRollcall(
  { folder }: Pick<BenchDatabase, 'folder'>,
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchServer> {
  return describe(
    await ServerProcess.start({
      name: 'Rollcall',
      file: join(process.cwd(), 'dist', 'main.js'),
      environment: { DATA_DIR: folder, RATE_LIMIT: '1000000', PLATFORM_RATE_LIMIT: '1000000', ...settings },
      folder,
      readyPath: '/health/ready',
      log: join(folder, 'rollcall.log'),
    }),
    folder,
  );
}

export async function startFloor({ folder, serviceUrl }: BenchDatabase): Promise<BenchServer> {
  return describe(
    await ServerProcess.start({
      name: 'floor',
      file: compiled('../floor/server.js'),
      environment: { DATABASE_URL: serviceUrl },
      folder,
      readyPath: '/ready',
      log: join(folder, 'floor.log'),
    }),
    folder,
  );
}

/** @param data what it has in memory from the start */
export async function startScimmy({ folder }: BenchDatabase, data: BenchData): Promise<BenchServer> {
  const file = join(folder, 'scimmy.json');
  const { users, groups, largeGroups } = data;
  writeFileSync(file, JSON.stringify({ users, groups: [...groups, ...largeGroups] }));
  return describe(
    await ServerProcess.start({
      name: 'SCIMMY',
      file: compiled('../scimmy/server.js'),
      environment: { DATA: file },
      folder,
      readyPath: '/ready',
      log: join(folder, 'scimmy.log'),
    }),
    undefined,
  );
}

/** @param dataDir of its database; undefined where it has none */
function describe(server: ServerProcess, dataDir: string | undefined): BenchServer {
  const { name, port, pid, startUp } = server;
  const postmaster = dataDir === undefined ? undefined : postmasterOf(dataDir);
  return { name, port, pid, startUp, postmaster, stop: () => server.stop() };
}
