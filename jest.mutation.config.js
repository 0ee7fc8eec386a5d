import everything from './jest.config.js';

// What a property promises is asked of some dozens of values, since it is asked once for each mutant.
process.env.PROPERTY_RUNS ??= '25';

const [[files, [transformer, options]]] = Object.entries(everything.transform);

/**
 * What judges a mutant: the unit tests of `src/protocol`, which need neither a database nor a browser. They run as one
 * CommonJS file, since loading thirty files of native ES modules takes longer than the tests, and is never given back.
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src/protocol', '<rootDir>/test/support'],
  testRegex: 'test/support/protocol\\.suite\\.ts$',
  moduleNameMapper: everything.moduleNameMapper,
  transform: { [files]: [transformer, { ...options, module: { type: 'commonjs' }, sourceMaps: false }] },
};
