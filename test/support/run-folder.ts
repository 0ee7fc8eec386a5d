/** The folder of this run of the tests, which goes with it. @throws Error outside a run of `jest.config.js`. */
export function runFolder(): string {
  const folder = process.env['ROLLCALL_TEST_DATA'];
  if (folder === undefined) throw new Error('ROLLCALL_TEST_DATA is unset: run by way of jest.config.js');
  return folder;
}
