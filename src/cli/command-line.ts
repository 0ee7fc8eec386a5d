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
/** Errors that a user can understand: their message is printed as it is. Any other error is printed as unexpected. */
const EXPECTED_ERRORS = [AdministrationError, DemoError, NoAnswerError, InterruptedError];

/**
 * Runs a command of `rollcall`.
 *
 * @param args the arguments behind `rollcall`
 * @returns the exit code: 0 for success, 1 for a command that failed, 2 for wrong arguments, 128 plus the number of
 *   the signal for a command that was interrupted
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
  // Commander has printed the error already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
  if (error instanceof StartupError) {
    terminal.error(error.message.split('\n').map(makePrintable).join('\n'));
    return FAILED;
  }
  const isExpected = EXPECTED_ERRORS.some((kind) => error instanceof kind);
  terminal.error(makePrintable(isExpected ? describe(error) : `Unexpected: ${describe(error)}`));
  return error instanceof InterruptedError ? error.exitCode : FAILED;
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.message || error.name;
}
