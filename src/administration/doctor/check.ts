import { StartupError } from '../../config/startup-error.js';

/** What was found out about one thing that the service needs. */
export interface Check {
  readonly name: string;
  /** `fail`: a start would refuse, or requests would fail. `warn`: it works, but should be looked at. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do; null where all is well, or where what was found says it. */
  readonly advice: string | null;
}

export const ok = (name: string, found: string): Check => ({ name, status: 'ok', found, advice: null });
export const warn = (name: string, found: string, advice: string): Check => ({
  name,
  status: 'warn',
  found,
  advice,
});
export const fail = (name: string, found: string, advice: string): Check => ({
  name,
  status: 'fail',
  found,
  advice,
});

/** Runs a check. One that throws has failed: a refusal of the start says itself what to do. */
export async function attempt(name: string, check: () => Promise<Check> | Check): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof StartupError) return { name, status: 'fail', found: error.message, advice: null };
    return fail(name, `it could not be found out: ${(error as Error).message}`, 'Run it again.');
  }
}
