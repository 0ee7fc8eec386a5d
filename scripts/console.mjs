import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { waitForTurn } from './turn.mjs';

// node scripts/console.mjs
//
// Builds the console, whether it has changed or not.

/** What is made of them depends on these, besides the sources. */
const INPUTS = ['console/index.html', 'console/vite.config.js', 'console/package.json', 'package-lock.json'];
const SOURCES = ['console/src', 'console/public'];
/** What Vite has written, which all of it goes before it writes anew. */
const OUTPUTS = ['index.html', 'icon.svg', 'assets'];
/** Hash of what was built last. It is missing as long as a build is under way, or if one was interrupted. */
const RECORD = '.built';

/**
 * Builds the files of the console, unless those that are there were built from the same sources. Where several processes want
 * to, one does and the others wait. A console without sources, or without the program that builds it, is left as it is.
 *
 * @param {string} root the folder of Rollcall, absolute
 * @returns {Promise<boolean>} false where the sources have faults, which have been printed
 */
export async function buildConsoleIfChanged(root) {
  if (!existsSync(join(root, 'console/src')) || isCurrent(root)) return true;
  const vite = findVite(root);
  if (vite === undefined) {
    say('console/dist was not built from these sources, and vite is not installed: it is served as it is.');
    return true;
  }
  const folder = join(root, 'console/dist');
  try {
    mkdirSync(folder, { recursive: true });
    const leave = await waitForTurn(join(folder, '.building'), () =>
      say('Waiting for another process that builds the console …'),
    );
    try {
      return isCurrent(root) || (await build(root, vite));
    } finally {
      leave();
    }
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === undefined) throw error;
    say(`console/dist has to be built anew and can't be written (${code}): start once as its owner.`);
    return false;
  }
}

/**
 * In a process of its own, whose memory is free again when it has ended; this one goes on giving signs of life meanwhile.
 *
 * @param {string} root
 * @param {string} vite its program
 */
async function build(root, vite) {
  say('Building the console …');
  const inputs = hashInputs(root);
  const folder = join(root, 'console/dist');
  for (const output of [RECORD, ...OUTPUTS]) rmSync(join(folder, output), { recursive: true, force: true });
  // Any other NODE_ENV, such as that of a test run, would have Vite build what is for developers.
  const options = { cwd: join(root, 'console'), env: { ...process.env, NODE_ENV: 'production' } };
  try {
    await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], options);
  } catch (error) {
    const { stdout, stderr } = /** @type {import('node:child_process').ExecFileException} */ (error);
    say(`${stdout}${stderr}`);
    return false;
  }
  writeFileSync(join(folder, RECORD), inputs);
  return true;
}

/** @param {string} root */
function findVite(root) {
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve('vite/package.json');
    return join(dirname(manifest), 'bin/vite.js');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** @param {string} root */
function isCurrent(root) {
  const record = join(root, 'console/dist', RECORD);
  return existsSync(record) && readFileSync(record, 'utf8') === hashInputs(root);
}

/** @param {string} root */
function hashInputs(root) {
  const hash = createHash('sha256');
  const sources = SOURCES.flatMap((folder) => filesIn(root, folder)).filter((path) => !isSpec(path));
  for (const path of [...INPUTS, ...sources.sort()]) {
    hash
      .update(`${path}\0`)
      .update(existsSync(join(root, path)) ? readFileSync(join(root, path)) : '')
      .update('\0');
  }
  return hash.digest('hex');
}

const isSpec = (/** @type {string} */ path) => /\.spec\.tsx?$/.test(path);

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function filesIn(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(root, path) : [path];
  });
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = join(import.meta.dirname, '..');
  rmSync(join(root, 'console/dist', RECORD), { force: true });
  if (!(await buildConsoleIfChanged(root))) process.exitCode = 1;
}
