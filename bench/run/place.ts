import { spawnSync } from 'node:child_process';
import { arch, cpus, platform, totalmem } from 'node:os';
import { connect } from '../database.js';

const GIBIBYTE = 1024 ** 3;

/** @returns when, where and with what something was measured, in one sentence */
export async function describePlace(databaseUrl: string): Promise<string> {
  const database = await connect(databaseUrl);
  const { rows } = await database.query<{ server_version: string }>('SHOW server_version');
  await database.end();
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / GIBIBYTE)} GiB (${platform()} ${arch()})`;
  const versions = `Node.js ${process.versions.node}, PostgreSQL ${rows[0]?.server_version}`;
  return `Measured on ${day} at commit ${commit()} on ${machine} with ${versions}.`;
}

function commit(): string {
  const git = (...args: readonly string[]): string =>
    spawnSync('git', args, { encoding: 'utf8' }).stdout.trim();
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'bench');
  return `${git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : ' with changes'}`;
}
