import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongFirstSequencer } from './test/support/long-first-sequencer.js';

// The browser tests need a Chromium; a machine without one runs all the others.
const browsers = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const chromium = browsers.find((path) => path !== undefined && existsSync(path));
if (chromium !== undefined) process.env['CHROMIUM'] = chromium;
else if (process.env['CI'] !== undefined) throw new Error('No Chromium was found; set CHROMIUM to one.');
else leaveOut('test/browser', 'no Chromium was found, and CHROMIUM is not set.');

// The oldest server that is supported, where Debian keeps it. Other systems run the other tests.
const hasPostgres15 = existsSync('/usr/lib/postgresql/15/bin/initdb');
if (!hasPostgres15) {
  const missing = 'no PostgreSQL 15 was found in /usr/lib/postgresql/15 (Debian: postgresql-15).';
  if (process.env['CI'] !== undefined) throw new Error(`The tests can't run: ${missing}`);
  leaveOut('test/start/postgres-15', missing);
}

function leaveOut(tests: string, reason: string): void {
  process.stdout.write(`${tests} is left out: ${reason}\n`);
}

export default defineConfig({
  test: {
    globals: true,
    include: ['{src,test}/**/*.spec.ts', '{packages/*,console}/src/**/*.spec.ts'],
    alias: {
      'rollcall-client': fileURLToPath(new URL('packages/rollcall-client/src/index.ts', import.meta.url)),
    },
    exclude: [
      ...(chromium === undefined ? ['test/browser/**'] : []),
      ...(hasPostgres15 ? [] : ['test/start/postgres-15.spec.ts']),
    ],
    // A worker loads each module once, for all spec files that it runs. So a spec file leaves no trace in a module.
    pool: 'forks',
    isolate: false,
    // A worker waits half of its time, for PostgreSQL and for processes that it has started. Each takes half a gigabyte.
    maxWorkers: Math.min(availableParallelism() + 1, 4),
    sequence: { sequencer: LongFirstSequencer },
    globalSetup: 'test/support/database.setup.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A busy machine is slow; what comes is waited for.
    expect: { poll: { timeout: 30_000 } },
  },
});
