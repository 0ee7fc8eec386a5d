import { startProcess, type Running } from '../support/process.js';

/**
 * Starts Rollcall as a process of its own on any free port, for clients that write as fast as they can.
 *
 * @param settings such as DATABASE_URL
 * @param program path of the compiled `main.js`
 */
export function startServer(settings: Readonly<Record<string, string>>, program: string): Running {
  return startProcess([process.execPath, program], {
    env: {
      PORT: '0',
      LOG_LEVEL: 'silent',
      RATE_LIMIT: '1000000',
      BOOTSTRAP_COMPANY: 'first',
      BOOTSTRAP_TOKEN: 'x'.repeat(40),
      ...settings,
    },
  });
}
