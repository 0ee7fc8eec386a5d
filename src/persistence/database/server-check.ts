import pg from 'pg';
import { type Say, sayIfSlow, sayNothing } from '../../config/progress.js';
import { StartupError } from '../../config/startup-error.js';
import { serversOf } from './servers.js';
import { requireWrites } from './service-client.js';

const MIN_VERSION = 150_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Node's codes for a certificate of an authority that it does not know. */
const UNKNOWN_AUTHORITY = /SELF_SIGNED|^UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/;

/**
 * Opens a single connection, outside any pool.
 *
 * @param url as DATABASE_URL has it: it may name several servers
 * @throws StartupError with host, port and database, but without the password, where no server can be used
 */
export async function connectDirectly(url: string): Promise<pg.Client> {
  const { client } = await openServer(url);
  return client;
}

/** {@link connectDirectly}, with the URL of the one server that was found. */
export async function openServer(
  url: string,
): Promise<{ readonly client: pg.Client; readonly server: string }> {
  const { servers, needsPrimary } = serversOf(url);
  const failures: string[] = [];
  for (const server of servers) {
    try {
      return { client: await connectTo(server, needsPrimary), server };
    } catch (error) {
      failures.push(`The database ${describePlace(server)} can't be reached: ${describeFailure(error)}.`);
    }
  }
  throw new StartupError(failures.join(' '));
}

async function connectTo(server: string, needsPrimary: boolean): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  await client.connect();
  if (!needsPrimary) return client;
  try {
    await requireWrites(client);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

interface ServerState {
  readonly number: number;
  readonly version: string;
  readonly encoding: string;
  readonly login: string;
  /** Whether the login is a superuser. */
  readonly rules: boolean;
  /** Whether it takes no writes: it is a standby, or was set so. */
  readonly isReadOnly: boolean;
}

/**
 * Checks that an external server meets the requirements.
 *
 * @param say told where it takes long
 * @returns what is wrong with the server or the login and yet accepted, a sentence or more each
 * @throws StartupError where it can't be reached, is older than PostgreSQL 15, or has another encoding than UTF8
 */
export async function checkServer(url: string, say: Say = sayNothing): Promise<readonly string[]> {
  const waiting = `Waiting for the database ${describePlace(url)} …`;
  const { client, server } = await sayIfSlow(say, waiting, openServer(url));
  try {
    const { rules, login, isReadOnly } = await requireSupportedServer(client, describePlace(server));
    return [...(rules ? [describeSuperuser(login)] : []), ...(isReadOnly ? [READ_ONLY] : [])];
  } finally {
    await client.end();
  }
}

const READ_ONLY =
  'the server takes no writes: it is a standby, or read-only. Reads are served; writes and /health/ready are 503 until ' +
  'it takes them. Name several servers, or the address of a proxy that leads to the primary; see docs/guides/high-availability.md.';

const describeSuperuser = (login: string): string =>
  `login ${login} is a superuser, so that whatever goes wrong on one of its connections may concern the whole server. ` +
  'Take a login that only owns the database; see docs/guides/running.md.';

/**
 * @param place host, port and name of the database
 * @returns what it says of itself
 * @throws StartupError where it is older than PostgreSQL 15, or has another encoding than UTF8
 */
export async function requireSupportedServer(
  client: pg.Client,
  place: string,
): Promise<Omit<ServerState, 'number'>> {
  const { rows } = await client.query<ServerState>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
            current_setting('server_encoding') AS encoding, session_user AS login,
            (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) AS rules,
            current_setting('transaction_read_only') = 'on' AS "isReadOnly"`,
  );
  const server = rows[0];
  if (server === undefined || server.number < MIN_VERSION) {
    throw new StartupError(
      `The database ${place} runs PostgreSQL ${server?.version}; 15 or later is needed.`,
    );
  }
  if (server.encoding !== 'UTF8') {
    throw new StartupError(
      `The database ${place} has encoding ${server.encoding}; create one with ENCODING 'UTF8'.`,
    );
  }
  return server;
}

/** Host, port and name of a database, without login and password. */
export function describePlace(url: string): string {
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
  const reason = (message || code || 'no reason given').replace(/\.$/, '');
  return UNKNOWN_AUTHORITY.test(code ?? '') ? `${reason} (name its authority by sslrootcert)` : reason;
}
