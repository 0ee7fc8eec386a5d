import everything from './jest.config.js';

// A property that holds for some dozens of values will be asked of every mutant.
process.env.PROPERTY_RUNS ??= '40';

/**
 * What judges a mutant: the unit tests of `src/protocol`, which need neither a database nor a browser.
 * @type {import('jest').Config}
 */
export default {
  ...everything,
  roots: ['<rootDir>/src/protocol'],
  globalSetup: undefined,
};
