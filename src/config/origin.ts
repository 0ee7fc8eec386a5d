import { type Settings } from './settings.js';

/** Where the service listens on every address of the computer. */
const ALL_ADDRESSES = ['0.0.0.0', '::'];

/**
 * Where clients reach the service, without a slash at the end: `PUBLIC_URL`, else this computer.
 *
 * @param port the port on which the server listens
 */
export function originOf({ publicUrl, host }: Pick<Settings, 'publicUrl' | 'host'>, port: number): string {
  const named = host.includes(':') ? `[${host}]` : host;
  return publicUrl ?? `http://${ALL_ADDRESSES.includes(host) ? 'localhost' : named}:${port}`;
}
