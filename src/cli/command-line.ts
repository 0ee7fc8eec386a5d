import { Command, CommanderError } from 'commander';
import { commandOf } from '../config/command.js';
import { findProgramPackage } from '../config/program-package.js';
import { warningsAbout } from '../config/read-settings.js';
import { StartupError } from '../config/startup-error.js';
import { DemoError } from '../demo/demo.js';
import { NoAnswerError } from '../demo/scim-client.js';
import { AdministrationError } from '../administration/administration.error.js';
import { describeRefusal } from '../startup/database-refusal.js';
import { addActivityCommands } from './activity.command.js';
import { addClientCommands } from './client.command.js';
import { addCompanyCommands } from './company.command.js';
import { addAdminCommands, addPlatformCommands } from './credential.command.js';
import { addConsoleCommands } from './console.command.js';
import { addDemoCommand } from './demo.command.js';
import { addDoctorCommand } from './doctor.command.js';
import { addGuardCommands } from './guard.command.js';
import { InterruptedError } from './interruption.js';
import { addIssuerCommands } from './issuer.command.js';
import { addMaintainCommand } from './maintain.command.js';
import { addMembershipCommands } from './membership.command.js';
import { OutputGoneError } from './output-gone.js';
import { makePrintable } from './printable.js';
import { addReindexCommand } from './reindex.command.js';
import { addRestoreCommand } from './restore.command.js';
import { type Terminal } from './terminal.js';
import { addTokenCommands } from './token.command.js';
import { addUserCommands } from './user.command.js';
import { addWebhookCommands } from './webhook.command.js';

const EPILOGUE = `
Examples:
  $ rollcall company create acme-eu --name 'Acme Europe'
  $ rollcall token issue acme-eu --name 'Entra ID'
  $ rollcall doctor

In a checkout, rollcall is: npm run rollcall --
Every command has --help, and prints JSON with --json.

Exit codes: 0 done, 1 failed, 2 not understood, 128 + n interrupted by signal n.`;

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
      'Companies, their tokens, OAuth clients, token issuers, users and webhooks, credentials for administration, who did what, removals that are held, upkeep of the database, and a demonstration of what identity providers send.',
    )
    .version(findProgramPackage().version, '--version', 'print the version')
    .addHelpText('after', EPILOGUE)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
      writeErr: (text) => terminal.error(text.trimEnd()),
      outputError: (text) => terminal.error(oneLine(text)),
    });
  program.hook('preAction', () =>
    warningsAbout(terminal.environment).forEach((line) => terminal.error(line)),
  );
  addCompanyCommands(program, terminal);
  addTokenCommands(program, terminal);
  addClientCommands(program, terminal);
  addIssuerCommands(program, terminal);
  addActivityCommands(program, terminal);
  addGuardCommands(program, terminal);
  const user = addUserCommands(program, terminal);
  addMembershipCommands(program, user, terminal);
  addRestoreCommand(program, terminal);
  addWebhookCommands(program, terminal);
  addMaintainCommand(program, terminal);
  addAdminCommands(program, terminal);
  addPlatformCommands(program, terminal);
  addConsoleCommands(program, terminal);
  addReindexCommand(program, terminal, () => (exitCode = FAILED));
  addDoctorCommand(program, terminal, () => (exitCode = FAILED));
  addDemoCommand(program, terminal, () => (exitCode = FAILED));
  nameUsage(program, terminal, []);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportFailure(error, terminal);
  }
}

/** Lets each command that is misused say how it is used, in the same line. */
function nameUsage(command: Command, terminal: Terminal, above: readonly string[]): void {
  for (const each of command.commands) {
    const words = [...above, each.name()];
    const usage = commandOf(`${words.join(' ')} ${each.usage()}`);
    each.configureOutput({
      outputError: (text) => terminal.error(oneLine(`${text.trim()}; usage: ${usage}`)),
    });
    nameUsage(each, terminal, words);
  }
}

const oneLine = (text: string): string => makePrintable(text.trim().replaceAll('\n', ' '));

function reportFailure(error: unknown, terminal: Terminal): number {
  if (error instanceof OutputGoneError) return 0;
  // Commander has printed the error already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
  if (error instanceof StartupError) {
    terminal.error(error.message.split('\n').map(makePrintable).join('\n'));
    return FAILED;
  }
  const refusal = describeRefusal(error);
  if (refusal !== undefined) {
    terminal.error(makePrintable(refusal));
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
