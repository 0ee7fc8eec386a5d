import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { type Writable } from 'node:stream';
import { standardOutput } from './standard-output.js';

const LINE = `${'x'.repeat(199)}\n`;
const COUNT = 20_000;

let reader: ChildProcess;
let taken = '';

beforeEach(() => {
  taken = '';
  reader = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] });
  reader.stdout?.setEncoding('utf8').on('data', (text: string) => (taken += text));
});
afterEach(() => {
  reader.kill('SIGKILL');
});

const fdOf = (stream: unknown): number => (stream as Writable & { _handle: { fd: number } })._handle.fd;

it('goes on while nobody reads, drops what is too much, and tells how much that was', async () => {
  const told: number[] = [];
  const output = standardOutput((dropped) => told.push(dropped), fdOf(reader.stdin));
  reader.kill('SIGSTOP');
  // A write that waited for the reader would wait for ever.
  for (let count = 0; count < COUNT; count++) {
    output.write(LINE);
    if (count % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(told).toEqual([]);
  reader.kill('SIGCONT');
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const [dropped = 0] = told;
  expect(dropped).toBeGreaterThan(COUNT / 2);
  reader.stdin?.end();
  await once(reader, 'close');
  expect(taken).toBe(LINE.repeat(COUNT - dropped));
});

it('does not mind a reader that is gone', async () => {
  const output = standardOutput(() => undefined, fdOf(reader.stdin));
  reader.stdin?.on('error', () => undefined);
  reader.kill('SIGKILL');
  await once(reader, 'close');
  for (let count = 0; count < 10; count++) {
    output.write(LINE);
    await new Promise((resolve) => setImmediate(resolve));
  }
});

it('gives up at its end where the system refuses the last lines, as a closed terminal and a full disk do', () => {
  const output = standardOutput(() => undefined, fdOf(reader.stdin));
  const write = vi.spyOn(fs, 'writeSync').mockImplementationOnce(() => {
    throw Object.assign(new Error('write EIO'), { code: 'EIO' });
  });
  try {
    output.write(LINE);
    output.write(LINE);
    output.flushSync();
    expect(write).toHaveBeenCalledTimes(1);
  } finally {
    write.mockRestore();
  }
});
