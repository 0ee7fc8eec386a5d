import { defineConfig } from 'vitest/config';

// What a property promises is asked of some dozens of values, since it is asked once for each mutant.
process.env['PROPERTY_RUNS'] ??= '25';

/** What judges a mutant: the unit tests of `src/protocol`, which need neither a database nor a browser. */
export default defineConfig({
  test: {
    globals: true,
    include: ['src/protocol/**/*.spec.ts'],
    testTimeout: 60_000,
    isolate: false,
  },
});
