import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'rollcall-test-';

/** Gives the run a folder for its PostgreSQL, which starts with the first spec file that asks for a database. */
export default function prepareDatabaseFolder(): void {
  sweepAbandonedRuns();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  process.env['ROLLCALL_TEST_DATA'] = folder;
  process.once('exit', () => removeDatabaseFolder(folder));
}

/** A run that was killed leaves its server behind. */
function sweepAbandonedRuns(): void {
  for (const name of readdirSync(tmpdir())) {
    const runner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (runner !== undefined && !isAlive(Number(runner))) {
      removeDatabaseFolder(join(tmpdir(), name));
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ends the server of a run, without ceremony since its data goes with it. */
function removeDatabaseFolder(folder: string): void {
  try {
    const [pid, cluster] = readFileSync(join(folder, 'pg18', 'postmaster.pid'), 'utf8').split('\n');
    if (cluster?.endsWith(join(folder, 'pg18'))) {
      process.kill(Number(pid), 'SIGQUIT');
    }
  } catch {
    // No server.
  }
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  } catch {
    // Another user's; the operating system clears its temporary folder.
  }
}
