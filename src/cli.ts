import 'reflect-metadata';
import { runCommandLine } from './cli/command-line.js';

/** Greatest exit code of a command that no signal has interrupted. */
const MAX_ORDINARY_CODE = 2;

const exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  out: (text) => void process.stdout.write(`${text}\n`),
  error: (text) => void process.stderr.write(`${text}\n`),
  interactive: process.stderr.isTTY,
});
process.exitCode = exitCode;
// An interrupted command may have connections open that would keep the process running.
if (exitCode > MAX_ORDINARY_CODE) process.exit();
