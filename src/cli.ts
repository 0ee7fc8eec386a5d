import 'reflect-metadata';
import { runCommandLine } from './cli/command-line.js';

const LARGEST_OWN_CODE = 2;

const exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  out: (text) => void process.stdout.write(`${text}\n`),
  error: (text) => void process.stderr.write(`${text}\n`),
  interactive: process.stderr.isTTY,
});
process.exitCode = exitCode;
// What a signal interrupted may still hold connections open.
if (exitCode > LARGEST_OWN_CODE) process.exit();
