import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileIfChanged } from './compile.mjs';
import { buildConsoleIfChanged } from './console.mjs';

// node scripts/run.mjs <tsconfig> <program> [argument…]
//
// Compiles a TypeScript project where its sources have changed, and then runs a program in this very process, so that
// signals reach it and memory is used once. The paths are those below the project's folder. The service has the console built as
// well, which it serves.
const ROOT = join(import.meta.dirname, '..');
const SERVICE = 'dist/main.js';
const PARENT_CHECK_MS = 250;
const [node = '', , tsconfig = '', program = '', ...args] = process.argv;

if (process.env['npm_lifecycle_event'] !== undefined) stopWithParent();
if (
  (await compileIfChanged(ROOT, tsconfig)) &&
  (program !== SERVICE || (await buildConsoleIfChanged(ROOT)))
) {
  const file = join(ROOT, program);
  // Where a program looks for its arguments, and what worker processes run.
  process.argv = [node, file, ...args];
  await import(pathToFileURL(file).href);
} else {
  process.exitCode = 1;
}

/** npm passes a signal on to the shell that it runs a script with, and many a shell ends without passing it on. */
function stopWithParent() {
  const parent = process.ppid;
  const checks = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(checks);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS).unref();
}
