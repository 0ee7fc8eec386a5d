import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'rollcall-test-';

/**
 * Makes a folder for the PostgreSQL of this test run. The first spec file that needs a database starts the server.
 */
export default function prepareDatabaseFolder(): void {
  sweepAbandonedRuns();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  process.env['ROLLCALL_TEST_DATA'] = folder;
  process.once('exit', () => removeDatabaseFolder(folder));
}

/** Removes the servers of test runs that were killed. */
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

/** Stops the server of a test run at once, and removes its folder. */
function removeDatabaseFolder(folder: string): void {
  try {
    const [pid, cluster] = readFileSync(join(folder, 'pg18', 'postmaster.pid'), 'utf8').split('\n');
    if (cluster?.endsWith(join(folder, 'pg18'))) {
      process.kill(Number(pid), 'SIGQUIT');
    }
  } catch {
    // There is no server.
  }
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  } catch {
    // It belongs to another user. The operating system will clear its temporary folder.
  }
}
