import { runCommandLine } from './cli/command-line.js';
import { isOutputGone, watchOutput } from './cli/output-gone.js';
import { processTerminal } from './cli/process-terminal.js';
import { loadEnvironment } from './config/environment.js';
import { StartupError } from './config/startup-error.js';

/** Greatest exit code of a command that no signal has interrupted. */
const MAX_ORDINARY_CODE = 2;

async function main(): Promise<number> {
  try {
    return await runCommandLine(process.argv.slice(2), processTerminal(loadEnvironment()));
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

watchOutput();
const exitCode = await main();
process.exitCode = exitCode;
// An interrupted command may have connections open that would keep the process running.
if (exitCode > MAX_ORDINARY_CODE || isOutputGone()) process.exit();
