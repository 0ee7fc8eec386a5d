import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
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
  for (let waited = false; !take(file); waited = true) {
    if (!waited) onWait();
    await sleep(100);
    if (isAbandoned(file)) rmSync(file, { force: true });
  }
  const signs = setInterval(() => giveSign(file), SIGN_MS).unref();
  const leave = () => {
    clearInterval(signs);
    process.off('exit', leave);
    rmSync(file, { force: true });
  };
  process.once('exit', leave);
  return leave;
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
function giveSign(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // This process was stopped for so long that another one has taken the file away.
  }
}

/** @param {string} file */
function isAbandoned(file) {
  const held = statSync(file, { throwIfNoEntry: false });
  return held !== undefined && Date.now() - held.mtimeMs > ABANDONED_MS;
}
