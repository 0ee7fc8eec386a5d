import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const SIGN_MS = 500;
/** The file of a process that was killed shows no sign of life. Process numbers would not do: they are used again. */
const ABANDONED_MS = 5000;

/**
 * Waits until no other process holds the file, and then holds it.
 *
 * @param {string} file
 * @param {() => void} onWait called once where it has to wait
 * @returns {Promise<() => void>} gives the file back
 */
export async function waitForTurn(file, onWait) {
  const owner = randomUUID();
  for (let waited = false; !take(file, owner); waited = true) {
    if (!waited) onWait();
    await sleep(100);
    if (isAbandoned(file)) rmSync(file, { force: true });
  }
  const signs = setInterval(
    () => isHeldBy(file, owner) && utimesSync(file, new Date(), new Date()),
    SIGN_MS,
  ).unref();
  const leave = () => {
    clearInterval(signs);
    process.off('exit', leave);
    if (isHeldBy(file, owner)) rmSync(file, { force: true });
  };
  process.once('exit', leave);
  return leave;
}

/**
 * @param {string} file
 * @param {string} owner
 */
function take(file, owner) {
  try {
    writeFileSync(file, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Another process holds the file where this one was stopped for so long that it was taken for dead.
 *
 * @param {string} file
 * @param {string} owner
 */
function isHeldBy(file, owner) {
  try {
    return readFileSync(file, 'utf8') === owner;
  } catch {
    return false;
  }
}

/** @param {string} file */
function isAbandoned(file) {
  const held = statSync(file, { throwIfNoEntry: false });
  return held !== undefined && Date.now() - held.mtimeMs > ABANDONED_MS;
}
