import { runCommandLine } from '../../src/cli/command-line.js';
import { type Terminal } from '../../src/cli/terminal.js';

/** The exit code and the output of a command. */
export interface CommandOutcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** What a test may say of the terminal. */
export type TerminalOptions = Partial<Pick<Terminal, 'columns' | 'colour' | 'ask'>>;

/** Runs a command of `rollcall` in the process of the test, with these environment variables. */
export const runCommand = (
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CommandOutcome> => runOnTerminal({}, environment, ...args);

/** {@link runCommand} on a terminal that is not 100 columns wide, has colours, or has somebody to ask. */
export async function runOnTerminal(
  terminal: TerminalOptions,
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CommandOutcome> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await runCommandLine(args, {
    environment,
    out: (text) => void out.push(text),
    error: (text) => void error.push(text),
    interactive: false,
    columns: 100,
    colour: false,
    ...terminal,
  });
  return { code, out: out.join('\n'), error: error.join('\n') };
}
