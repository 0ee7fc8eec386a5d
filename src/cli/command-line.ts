import { Command, CommanderError } from 'commander';
import { StartupError } from '../config/startup-error.js';
import { DemoError } from '../demo/demo.js';
import { NoAnswerError } from '../demo/scim-client.js';
import { AdministrationError } from '../administration/company-administration.js';
import { addCompanyCommands } from './company.command.js';
import { addDemoCommand } from './demo.command.js';
import { InterruptedError } from './interruption.js';
import { addIssuerCommands } from './issuer.command.js';
import { makePrintable } from './printable.js';
import { addReindexCommand } from './reindex.command.js';
import { type Terminal } from './terminal.js';
import { addTokenCommands } from './token.command.js';

const FAILED = 1;
const MISUSED = 2;
/** Errors whose message is one line for the person at the keyboard. */
const TOLD_AS_THEY_ARE = [AdministrationError, DemoError, NoAnswerError, InterruptedError];

/**
 * Runs one command of `rollcall`.
 * @param args What stands behind `rollcall`.
 * @returns The exit code: 0, 1 for a command that failed, 2 for one that was not understood, 128 and the signal's
 *   number after a signal.
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = new Command('rollcall')
    .description(
      'Companies, their tokens and token issuers, upkeep of the database, and a demonstration of what identity providers send.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.error(text.trimEnd()),
      outputError: (text) => terminal.error(makePrintable(text.trim().replaceAll('\n', ' '))),
    });
  addCompanyCommands(program, terminal);
  addTokenCommands(program, terminal);
  addIssuerCommands(program, terminal);
  addReindexCommand(program, terminal, () => (exitCode = FAILED));
  addDemoCommand(program, terminal, () => (exitCode = FAILED));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportFailure(error, terminal);
  }
}

function reportFailure(error: unknown, terminal: Terminal): number {
  // Commander has told it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
  if (error instanceof StartupError) {
    terminal.error(error.message.split('\n').map(makePrintable).join('\n'));
    return FAILED;
  }
  const told = TOLD_AS_THEY_ARE.some((kind) => error instanceof kind);
  terminal.error(makePrintable(told ? describe(error) : `Unexpected: ${describe(error)}`));
  return error instanceof InterruptedError ? error.exitCode : FAILED;
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.message || error.name;
}
