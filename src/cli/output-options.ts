import { type Command } from 'commander';

/** What every command takes that prints something. */
export interface OutputOptions {
  readonly json?: true;
}

/** Refuses a command that changes something and was given no option that says what. It names these options. */
export function refuseNoChange(command: Command): never {
  const flags = command.options.flatMap(({ long }) => (long && long !== '--json' ? [long] : []));
  const last = flags.pop();
  command.error(`error: nothing to change: give ${flags.join(', ')} or ${last}`);
}
