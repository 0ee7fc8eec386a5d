import Table from 'cli-table3';
import { makePrintable } from './printable.js';

/** The environment and the outputs of a command. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  error(text: string): void;
  /** Whether the error output is a terminal. Only then is a progress bar drawn on it. */
  readonly interactive: boolean;
}

/** A table without colours. The texts in `rows` may come from outside; they are made printable. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(row.map(makePrintable));
  return table.toString();
}

/** A table with two columns: the name and the value of each property. */
export function printProperties(properties: Readonly<Record<string, string>>): string {
  const table = new Table({ style: { head: [], border: [], compact: true } });
  for (const [name, value] of Object.entries(properties)) table.push([name, makePrintable(value)]);
  return table.toString();
}

/** The output of `--json`. The escapes of `makePrintable` are also those of JSON, so the text stays valid. */
export const printJson = (document: unknown): string =>
  JSON.stringify(document, undefined, 2).split('\n').map(makePrintable).join('\n');
