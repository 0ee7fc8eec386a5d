import { runCommandLine } from '../../src/cli/command-line.js';

/** The exit code and the output of a command. */
export interface CommandOutcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command of `rollcall` in the process of the test, with these environment variables. */
export async function runCommand(
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
  });
  return { code, out: out.join('\n'), error: error.join('\n') };
}
