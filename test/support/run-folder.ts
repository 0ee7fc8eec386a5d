/**
 * The temporary folder of this test run.
 *
 * @throws Error where the tests are not run with `vitest.config.ts`
 */
export const runFolder = (): string => read('ROLLCALL_TEST_DATA');

/**
 * The folder for temporary files that are too large for memory.
 *
 * @throws Error where the tests are not run with `vitest.config.ts`
 */
export const diskFolder = (): string => read('ROLLCALL_TEST_DISK');

function read(name: string): string {
  const folder = process.env[name];
  if (folder === undefined) throw new Error(`${name} is unset: run by way of vitest.config.ts`);
  return folder;
}
