/**
 * The temporary folder of this test run.
 *
 * @throws Error where the tests are not run with `jest.config.js`
 */
export function runFolder(): string {
  const folder = process.env['ROLLCALL_TEST_DATA'];
  if (folder === undefined) throw new Error('ROLLCALL_TEST_DATA is unset: run by way of jest.config.js');
  return folder;
}
