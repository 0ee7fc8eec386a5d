import { styleText } from 'node:util';
import Table from 'cli-table3';
import { makePrintable } from './printable.js';

/** The environment and the outputs of a command. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  error(text: string): void;
  /** Whether the error output is a terminal. Only then is a progress bar drawn on it. */
  readonly interactive: boolean;
  /** How many characters a line of the output holds. */
  readonly columns: number;
  /** Whether the output may be coloured. */
  readonly colour: boolean;
  /** Asks the person a question and gives the answer; missing where there is nobody to ask. */
  readonly ask?: (question: string) => Promise<string>;
}

type Colour = 'green' | 'yellow' | 'red';

/** The text of a cell, which may come from outside: it is made printable. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

/** What the frame takes of each column, and of each line. */
const FRAME_OF_COLUMN = 3;
const FRAME_OF_LINE = 1;
const LEAST_WIDTH = 4;
/** Ids are the last words that are broken. */
const ID_LENGTH = 16;

/** A table that fits the terminal: cells that are too wide have several lines. */
export function printTable(
  terminal: Pick<Terminal, 'columns' | 'colour'>,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
): string {
  return print(terminal, rows, head);
}

/** A table with two columns: the name and the value of each property. */
export function printProperties(
  terminal: Pick<Terminal, 'columns' | 'colour'>,
  properties: Readonly<Record<string, Cell>>,
): string {
  return print(terminal, Object.entries(properties));
}

/** A text without line breaks in a colour, where the terminal has any. */
export const paint = ({ colour }: Pick<Terminal, 'colour'>, text: string, style: Colour | 'bold'): string =>
  colour ? styleText(style, text, { validateStream: false }) : text;

/** The output of `--json`. The escapes of `makePrintable` are also those of JSON, so the text stays valid. */
export const printJson = (document: unknown): string =>
  JSON.stringify(document, undefined, 2).split('\n').map(makePrintable).join('\n');

function print(
  terminal: Pick<Terminal, 'columns' | 'colour'>,
  rows: readonly (readonly Cell[])[],
  head: readonly string[] = [],
): string {
  const texts = rows.map((row) =>
    row.map((cell) => makePrintable(typeof cell === 'string' ? cell : cell.text)),
  );
  const widths = fitWidths([head, ...texts], terminal.columns);
  const table = new Table({
    head: head.map((name) => paint(terminal, name, 'bold')),
    style: { head: [], border: [], compact: true },
  });
  for (const [index, row] of rows.entries()) {
    table.push(
      row.map((cell, column) => {
        const lines = wrap(texts[index]?.[column] ?? '', widths[column] ?? LEAST_WIDTH);
        return lines
          .map((line) => (typeof cell === 'string' ? line : paint(terminal, line, cell.colour)))
          .join('\n');
      }),
    );
  }
  return table.toString();
}

/**
 * The widths of the columns. Where the table would be too wide, the widest columns are narrowed to one width; words, such
 * as an id that somebody will copy, are only broken where there is no other way.
 */
function fitWidths(rows: readonly (readonly string[])[], columns: number): readonly number[] {
  const natural = widestOf(rows, (text) => [...text].length);
  const words = widestOf(rows, (text) => Math.max(...text.split(' ').map((word) => [...word].length)));
  const room = columns - FRAME_OF_LINE - FRAME_OF_COLUMN * natural.length;
  const ids = words.map((width) => Math.min(width, ID_LENGTH));
  for (const least of [words, ids, natural.map(() => LEAST_WIDTH)]) {
    for (let most = Math.max(...natural); most >= LEAST_WIDTH; most -= 1) {
      const widths = natural.map((width, column) => Math.min(width, Math.max(most, least[column] ?? 0)));
      if (widths.reduce((sum, width) => sum + width, 0) <= room) return widths;
    }
  }
  return natural.map(() => LEAST_WIDTH);
}

/** The greatest length of each column's texts. */
function widestOf(
  rows: readonly (readonly string[])[],
  lengthOf: (text: string) => number,
): readonly number[] {
  const widest: number[] = [];
  for (const row of rows) {
    for (const [column, text] of row.entries()) {
      widest[column] = Math.max(widest[column] ?? LEAST_WIDTH, lengthOf(text));
    }
  }
  return widest;
}

/** A line of prose begins with a capital letter. Tables, commands, JSON and lines that begin with a time do not. */
const PROSE = /^(?:[A-Z]|error: )/;

/** Breaks the sentences of an output at blanks, so that they fit a terminal; other lines stay as they are. */
export const wrapProse = (text: string, columns: number): string =>
  text
    .split('\n')
    .map((line) => (PROSE.test(line) ? wrap(line, columns).join('\n') : line))
    .join('\n');

/** Breaks a text into lines, at blanks where possible. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => cut(each, width))) {
    if (line !== '' && [...line].length + 1 + [...word].length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function cut(word: string, width: number): readonly string[] {
  const characters = [...word];
  const pieces: string[] = [];
  for (let start = 0; start < characters.length; start += width) {
    pieces.push(characters.slice(start, start + width).join(''));
  }
  return pieces.length === 0 ? [''] : pieces;
}
