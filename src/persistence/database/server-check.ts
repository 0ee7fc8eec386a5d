import pg from 'pg';
import { StartupError } from '../../config/startup-error.js';

const MIN_VERSION = 150_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens a single connection, outside any pool.
 *
 * @throws StartupError with host, port and database, but without the password, where the server can't be reached
 */
export async function connectDirectly(url: string): Promise<pg.Client> {
  const place = describePlace(url);
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  } catch (error) {
    throw new StartupError(`The database ${place} can't be reached: ${describeFailure(error)}.`);
  }
}

/**
 * Checks that an external server meets the requirements.
 *
 * @throws StartupError where it can't be reached, is older than PostgreSQL 15, or has another encoding than UTF8
 */
export async function checkServer(url: string): Promise<void> {
  const client = await connectDirectly(url);
  try {
    const { rows } = await client.query<{ number: number; version: string; encoding: string }>(
      `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
              current_setting('server_encoding') AS encoding`,
    );
    const server = rows[0];
    if (server === undefined || server.number < MIN_VERSION) {
      throw new StartupError(
        `The database ${describePlace(url)} runs PostgreSQL ${server?.version}; 15 or later is needed.`,
      );
    }
    if (server.encoding !== 'UTF8') {
      throw new StartupError(
        `The database ${describePlace(url)} has encoding ${server.encoding}; create one with ENCODING 'UTF8'.`,
      );
    }
  } finally {
    await client.end();
  }
}

function describePlace(url: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(url);
    const host = hostname || searchParams.get('host') || 'localhost';
    return `${host}:${port || '5432'}${decodeURIComponent(pathname)}`;
  } catch {
    return 'that DATABASE_URL names';
  }
}

function describeFailure(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return describeFailure(error.errors[0]);
  }
  const { message, code } = error as Error & { code?: string };
  return (message || code || 'no reason given').replace(/\.$/, '');
}
