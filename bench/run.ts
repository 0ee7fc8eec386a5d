import { compileProgram } from './compile-program.js';
import { installDependencies } from './dependencies.js';
import { readOptions, USAGE } from './options.js';

/** `npm run bench`: compares Rollcall with the least that a server has to do, and writes docs/performance.md. */
const LIMIT_MS = 60 * 60_000;
const QUICK_LIMIT_MS = 20 * 60_000;

const options = (() => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    process.exit(2);
  }
})();
const soak = (options.soak ?? 0) * 60_000;
// What it has started ends with this process.
setTimeout(
  () => {
    process.stderr.write('The bench took too long.\n');
    process.exit(1);
  },
  (options.quick ? QUICK_LIMIT_MS : LIMIT_MS) + soak,
).unref();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

await compileProgram();
installDependencies();
// It needs what has just been installed.
const { runBench } = await import('./run/bench.js');
await runBench(options);
