import pg from 'pg';
import { vi } from 'vitest';

/** A statement as it is given to the driver. */
type Sent = string | { readonly text: string; readonly name?: string };

/** What is sent when a connection is opened, whenever that is, and what only waits for all answers before it. */
const NO_WORK = /client_connection_check_interval|^$/;

/** Notes what all connections send to PostgreSQL, until it is closed. */
export class SentSql {
  private readonly spy = vi.spyOn(pg.Client.prototype, 'query');

  /** The SQL that `work` sends, one statement behind the other. */
  async of(work: () => unknown): Promise<string> {
    this.spy.mockClear();
    await work();
    return this.spy.mock.calls
      .map(([statement]) => statement as unknown as Sent)
      .filter((statement) => !NO_WORK.test(textOf(statement)))
      .map(print)
      .join('\n');
  }

  close(): void {
    this.spy.mockRestore();
  }
}

const textOf = (sent: Sent): string => (typeof sent === 'string' ? sent : sent.text);

function print(sent: Sent): string {
  const name = typeof sent === 'string' ? undefined : sent.name;
  return `${name === undefined ? '' : `-- prepared once: ${name}\n`}${indent(textOf(sent))};\n`;
}

/** Indents each line by the brackets that are open in front of it, wherever its text came from. */
function indent(text: string): string {
  let depth = 0;
  const lines = text.split('\n').map((line) => {
    const trimmed = line.trim();
    const before = depth - (/^[)\]]/.test(trimmed) ? 1 : 0);
    for (const [bracket] of trimmed.matchAll(/[([\])]/g)) depth += /[([]/.test(bracket) ? 1 : -1;
    return '  '.repeat(Math.max(0, before)) + trimmed;
  });
  return lines.filter((line) => line.trim() !== '').join('\n');
}
