import { type Command } from 'commander';

/**
 * Adds examples to the help of a command.
 *
 * @param lines what stands behind `rollcall`
 */
export const withExamples = (command: Command, ...lines: readonly string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ rollcall ${line}`).join('\n')}`);
