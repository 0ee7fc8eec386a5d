import { existsSync } from 'node:fs';

// The browser tests need a Chromium; a machine without one runs all the others.
const browsers = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const chromium = browsers.find((path) => path !== undefined && existsSync(path));
if (chromium !== undefined) process.env.CHROMIUM = chromium;
else if (process.env.CI !== undefined) throw new Error('No Chromium was found; set CHROMIUM to one.');
else console.log('test/browser is left out: no Chromium was found, and CHROMIUM is not set.');

// The oldest server that is supported, where Debian keeps it. Other systems run the other tests.
const hasPostgres15 = existsSync('/usr/lib/postgresql/15/bin/initdb');
if (!hasPostgres15) {
  const missing = 'no PostgreSQL 15 was found in /usr/lib/postgresql/15 (Debian: postgresql-15).';
  if (process.env.CI !== undefined) throw new Error(`The tests can't run: ${missing}`);
  console.log(`test/start/postgres-15 is left out: ${missing}`);
}

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '\\.spec\\.ts$',
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(chromium === undefined ? ['/test/browser/'] : []),
    ...(hasPostgres15 ? [] : ['/test/start/postgres-15']),
  ],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/database.setup.ts',
  testTimeout: 30_000,
  // An ES module is never given back: a process that has read many files is replaced by a fresh one.
  maxWorkers: 2,
  workerIdleMemoryLimit: '500MB',
};
