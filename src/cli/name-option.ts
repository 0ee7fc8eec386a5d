import { InvalidArgumentError, Option } from 'commander';

/** The option `--name <text>`, whose value may not be empty. */
export function nameOption(description: string): Option {
  return new Option('--name <text>', description).argParser((text: string) => {
    if (text.trim() === '') throw new InvalidArgumentError('a name is not empty');
    return text;
  });
}
