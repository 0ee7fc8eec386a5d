import { type Terminal, wrapProse } from './terminal.js';

/** How wide tables may be where the output is no terminal. */
const DEFAULT_COLUMNS = 100;

/** The inputs and outputs of this process. */
export const processTerminal = (environment: Terminal['environment']): Terminal => ({
  environment,
  out: (text) => write(process.stdout, text),
  error: (text) => write(process.stderr, text),
  interactive: process.stderr.isTTY,
  // Some terminals say that they have none.
  columns: process.stdout.columns > 0 ? process.stdout.columns : DEFAULT_COLUMNS,
  // It looks at NO_COLOR and TERM too.
  colour: process.stdout.isTTY && process.stdout.hasColors(),
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
});

/** Only where people read it: programs take the lines as they are. */
function write(output: NodeJS.WriteStream, text: string): void {
  output.write(`${output.isTTY && output.columns > 0 ? wrapProse(text, output.columns) : text}\n`);
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
