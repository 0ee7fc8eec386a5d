import Table from 'cli-table3';
import { makePrintable } from './printable.js';

/** Where a command runs: what it reads and where it writes. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  error(text: string): void;
  /** Whether somebody watches the error stream: only then is progress drawn there. */
  readonly interactive: boolean;
}

/** A table for people, without colours; `rows` may hold text from outside. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(row.map(makePrintable));
  return table.toString();
}

/** A table of one thing: its properties, a row each. */
export function printProperties(properties: Readonly<Record<string, string>>): string {
  const table = new Table({ style: { head: [], border: [], compact: true } });
  for (const [name, value] of Object.entries(properties)) table.push([name, makePrintable(value)]);
  return table.toString();
}

/** The one document on standard output that `--json` promises. Escapes for a terminal's sake are JSON's own. */
export const printJson = (document: unknown): string =>
  JSON.stringify(document, undefined, 2).split('\n').map(makePrintable).join('\n');
