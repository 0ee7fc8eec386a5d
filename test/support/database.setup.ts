import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'rollcall-test-';

/** Linux keeps what is written here in memory. */
const MEMORY = '/dev/shm';
/** What the databases of a run take at most, twice over. */
const NEEDED = 2 * 1024 ** 3;

/**
 * Makes the folder of this test run, with the temporary files of all tests. The first spec file that needs a database
 * starts a PostgreSQL in it. A database has 600 files, which a disk takes ten times as long for as memory does.
 */
export default function prepareRunFolder(): void {
  const disk = tmpdir();
  const place = hasRoom(MEMORY) ? MEMORY : disk;
  for (const each of new Set([place, disk])) sweepAbandonedRuns(each);
  const folder = mkdtempSync(join(place, `${PREFIX}${process.pid}-`));
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  // Some tests run a server as another user.
  chmodSync(folder, 0o711);
  chmodSync(temporary, 0o1777);
  process.env['ROLLCALL_TEST_DATA'] = folder;
  process.env['ROLLCALL_TEST_DISK'] = disk;
  process.env['TMPDIR'] = temporary;
  process.once('exit', () => removeRunFolder(folder));
}

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= NEEDED;
}

/** Removes the servers of test runs that were killed. */
function sweepAbandonedRuns(place: string): void {
  for (const name of readdirSync(place)) {
    const runner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (runner !== undefined && !isAlive(Number(runner))) {
      removeRunFolder(join(place, name));
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
function removeRunFolder(folder: string): void {
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
