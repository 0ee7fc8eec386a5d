import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { waitForTurn } from './turn.mjs';

/**
 * A project of TypeScript, by its `tsconfig` file. All paths are relative to the folder in which the file is.
 *
 * @typedef {object} Project
 * @property {string} root absolute
 * @property {string} tsconfig
 * @property {string} rootDir
 * @property {string} outDir
 * @property {string} buildInfo what `nest build` leaves beside what it has compiled
 * @property {readonly string[]} sources
 * @property {readonly string[]} references folders of projects whose output this one uses, absolute
 */

/**
 * What was compiled last. It is missing as long as a compilation is under way or if one was interrupted.
 *
 * @typedef {object} Compiled
 * @property {string | null} inputs hash of everything that was read; null where it had faults
 * @property {string} buildInfo hash of that file, which shows that `nest build` has not compiled since
 * @property {readonly string[]} sources
 */

/** @typedef {Pick<typeof import('@swc/core'), 'transformFile'>} Compiler */

/** What besides the sources decides what the compiler writes. */
const SHARED_INPUTS = ['.swcrc', 'package-lock.json'];

/**
 * Compiles a project and those that it refers to, unless what was compiled last is that of the same sources. Types are
 * removed, not checked. Where several processes want to, one does and the others wait. A project without sources or without a compiler, as it is
 * deployed, is left as it is.
 *
 * @param {string} root the folder of the `tsconfig` file, absolute
 * @param {string} tsconfig its name
 * @returns {Promise<boolean>} false where the sources have faults, which have been printed
 */
export async function compileIfChanged(root, tsconfig) {
  const project = readProject(root, tsconfig);
  for (const reference of project?.references ?? []) {
    if (!(await compileIfChanged(reference, 'tsconfig.json'))) return false;
  }
  if (project === undefined || isCurrent(project)) return true;
  const compiler = await loadCompiler();
  if (compiler === undefined) {
    say(
      `${project.outDir} was not compiled from these sources, and @swc/core is not installed: it is run as it is.`,
    );
    return true;
  }
  try {
    return await compileInTurn(project, compiler);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === undefined) throw error;
    say(`${project.outDir} has to be compiled anew and can't be written (${code}): start once as its owner.`);
    return false;
  }
}

/**
 * @param {Project} project
 * @param {Compiler} compiler
 * @returns {Promise<boolean>}
 */
async function compileInTurn(project, compiler) {
  const folder = join(project.root, project.outDir);
  mkdirSync(folder, { recursive: true });
  const leave = await waitForTurn(join(folder, '.compiling'), () =>
    say('Waiting for another process that compiles …'),
  );
  try {
    return isCurrent(project) || (await compile(project, compiler));
  } finally {
    leave();
  }
}

/**
 * Notes that something else has just compiled a project.
 *
 * @param {string} root
 * @param {string} tsconfig
 */
export function noteCompiled(root, tsconfig) {
  const project = readProject(root, tsconfig);
  if (project !== undefined) writeCompiled(project, hashInputs(project));
}

/** @returns {Promise<Compiler | undefined>} undefined where it is not installed */
async function loadCompiler() {
  try {
    return await import('@swc/core');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/**
 * @param {Project} project
 * @param {Compiler} compiler
 * @returns {Promise<boolean>}
 */
async function compile(project, compiler) {
  const { root, rootDir, buildInfo, sources } = project;
  say(`Compiling ${relative(process.cwd(), join(root, rootDir)).replaceAll('\\', '/')} …`);
  const inputs = hashInputs(project);
  removeOutputs(project, readCompiled(project)?.sources ?? []);
  rmSync(recordFile(project), { force: true });
  // By it `nest build` would take what is written here for its own.
  rmSync(join(root, buildInfo), { force: true });
  const release = stopOrderly();
  const results = await Promise.allSettled(sources.map((source) => compileFile(project, compiler, source)));
  release();
  const faults = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  faults.forEach((fault) => say(describeFault(fault)));
  writeCompiled(project, faults.length === 0 ? inputs : null);
  return faults.length === 0;
}

/**
 * @param {Project} project
 * @param {Compiler} compiler
 * @param {string} source
 */
async function compileFile(project, compiler, source) {
  const { root } = project;
  const output = outputOf(project, source);
  const sourceFileName = relative(dirname(output), join(root, source)).replaceAll('\\', '/');
  const { code, map = '' } = await compiler.transformFile(join(root, source), {
    cwd: root,
    root,
    sourceFileName,
  });
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, `${code}//# sourceMappingURL=${basename(output)}.map\n`);
  writeFileSync(`${output}.map`, map);
}

/** What the compiler says of a fault, without its own stack. */
const describeFault = (/** @type {unknown} */ fault) =>
  (fault instanceof Error ? fault.message : String(fault)).replace(/\s*Caused by:[^]*/, '\n');

/** After a signal the next process need not wait for this one. */
function stopOrderly() {
  const stop = (/** @type {NodeJS.Signals} */ signal) => process.exit(128 + constants.signals[signal]);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return () => process.off('SIGINT', stop).off('SIGTERM', stop);
}

/**
 * @param {string} root
 * @param {string} tsconfig
 * @returns {Project | undefined} undefined where the sources are not there
 */
function readProject(root, tsconfig) {
  if (!existsSync(join(root, tsconfig))) return undefined;
  /**
   * @type {{
   *   compilerOptions: Record<'rootDir' | 'outDir' | 'tsBuildInfoFile', string>,
   *   include: string[],
   *   references?: { path: string }[],
   * }}
   */
  const {
    compilerOptions,
    include,
    references = [],
  } = JSON.parse(readFileSync(join(root, tsconfig), 'utf8'));
  const { rootDir, outDir, tsBuildInfoFile } = compilerOptions;
  if (!include.every((folder) => existsSync(join(root, folder)))) return undefined;
  const sources = include.flatMap((folder) => sourcesIn(root, folder)).sort();
  return {
    root,
    tsconfig,
    rootDir,
    outDir,
    buildInfo: tsBuildInfoFile,
    sources,
    references: references.map(({ path }) => join(root, path)),
  };
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function sourcesIn(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(root, path);
    return path.endsWith('.ts') && !path.endsWith('.spec.ts') ? [path] : [];
  });
}

/** @param {Project} project */
function isCurrent(project) {
  const compiled = readCompiled(project);
  return (
    compiled?.inputs === hashInputs(project) &&
    compiled.buildInfo === hashFiles(project.root, [project.buildInfo])
  );
}

/** @param {Project} project */
const hashInputs = ({ root, tsconfig, sources }) => hashFiles(root, [tsconfig, ...SHARED_INPUTS, ...sources]);

/**
 * @param {string} root
 * @param {readonly string[]} paths those of files that may be missing
 */
function hashFiles(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const file = join(root, path);
    hash
      .update(`${path}\0`)
      .update(existsSync(file) ? readFileSync(file) : '')
      .update('\0');
  }
  return hash.digest('hex');
}

/** @param {Project} project */
const recordFile = ({ root, outDir }) => join(root, outDir, '.compiled.json');

/**
 * @param {Project} project
 * @returns {Compiled | undefined}
 */
function readCompiled(project) {
  try {
    return /** @type {Compiled} */ (JSON.parse(readFileSync(recordFile(project), 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * @param {Project} project
 * @param {string | null} inputs
 */
function writeCompiled(project, inputs) {
  const { root, buildInfo, sources } = project;
  writeFileSync(
    recordFile(project),
    JSON.stringify({ inputs, buildInfo: hashFiles(root, [buildInfo]), sources }),
  );
}

/**
 * Removes what was compiled from sources that are no longer there.
 *
 * @param {Project} project
 * @param {readonly string[]} before
 */
function removeOutputs(project, before) {
  for (const gone of before.filter((path) => !project.sources.includes(path))) {
    const output = outputOf(project, gone);
    rmSync(output, { force: true });
    rmSync(`${output}.map`, { force: true });
  }
}

/**
 * @param {Project} project
 * @param {string} source
 * @returns {string} absolute path of what is compiled from it
 */
const outputOf = ({ root, rootDir, outDir }, source) =>
  join(root, outDir, relative(rootDir, source)).replace(/ts$/, 'js');

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}
