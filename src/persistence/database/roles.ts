import pg, { type Client } from 'pg';
import { StartupError } from '../../config/startup-error.js';
import { ROLES_OF_MANY_COMPANIES, SERVICE_ROLE } from './role-names.js';

const GRANT_OPTIONS_SINCE = 160_000;
// Roles belong to the whole server, so another process that sets up another database may have made them meanwhile.
const ALREADY_MADE = ['42710', '23505', 'XX000'];

interface RoleState {
  readonly name: string;
  readonly exists: boolean;
  /** Whether row-level security does not apply to the role. */
  readonly unbound: boolean;
  /** Whether the login may work as the role. */
  readonly granted: boolean;
}

/**
 * Creates the role that the service works as and those that see several companies, and grants them to this login.
 *
 * @throws StartupError where the login may not do that, or row-level security would not apply to the role of the
 *   service
 */
export async function ensureRoles(client: Client): Promise<void> {
  const statements = await planRoles(client);
  for (const statement of statements) {
    try {
      await client.query(statement);
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === '42501') {
        throw new StartupError(
          'The database login may not set up its roles. Let an administrator run: ' +
            `${statements.map((each) => `${each};`).join(' ')}`,
        );
      }
      if (!isAlreadyMade(error)) {
        throw error;
      }
    }
  }
  if (statements.length > 0 && (await planRoles(client)).length > 0) {
    throw new StartupError('The database roles are being changed by somebody else. Start again.');
  }
  await refuseUnboundService(client);
}

/** Whether a statement that makes or grants a role failed because another process did the same. */
export function isAlreadyMade(error: unknown): boolean {
  return error instanceof pg.DatabaseError && ALREADY_MADE.includes(error.code ?? '');
}

/** The statements by which the roles are made and granted, as far as they are still needed. */
export async function planRoles(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ version: number; login: string }>(
    "SELECT current_setting('server_version_num')::int AS version, quote_ident(session_user) AS login",
  );
  const { version = 0, login = '' } = rows[0] ?? {};
  // The login must not inherit the rights of roles that see several companies. PostgreSQL 15 can't say so in a
  // GRANT.
  const options = version >= GRANT_OPTIONS_SINCE ? ' WITH INHERIT FALSE, SET TRUE' : '';
  const states: RoleState[] = [];
  for (const role of [SERVICE_ROLE, ...ROLES_OF_MANY_COMPANIES]) states.push(await readRole(client, role));
  const missing = states.filter((state) => !state.exists);
  const ungranted = states.filter((state) => !state.granted);
  return [
    ...missing.map((state) => `CREATE ROLE ${state.name} NOLOGIN`),
    ...(ungranted.length === 0
      ? []
      : [`GRANT ${ungranted.map((state) => state.name).join(', ')} TO ${login}${options}`]),
  ];
}

async function readRole(client: Client, name: string): Promise<RoleState> {
  const { rows } = await client.query<{ unbound: boolean; granted: boolean }>(
    `SELECT rolsuper OR rolbypassrls AS unbound,
            pg_has_role(session_user, oid,
              CASE WHEN current_setting('server_version_num')::int >= $2 THEN 'SET' ELSE 'MEMBER' END) AS granted
       FROM pg_roles WHERE rolname = $1`,
    [name, GRANT_OPTIONS_SINCE],
  );
  const role = rows[0];
  return {
    name,
    exists: role !== undefined,
    unbound: role?.unbound ?? false,
    granted: role?.granted ?? false,
  };
}

/** @throws StartupError where row-level security would not apply to the role of the service, which has to exist */
export async function refuseUnboundService(client: Client): Promise<void> {
  const { unbound } = await readRole(client, SERVICE_ROLE);
  if (unbound) {
    throw new StartupError(
      `Role ${SERVICE_ROLE} is superuser or has BYPASSRLS, so nothing would keep companies apart. ` +
        `Let an administrator run: ALTER ROLE ${SERVICE_ROLE} NOSUPERUSER NOBYPASSRLS;`,
    );
  }
  const { rows } = await client.query<{ role: string }>(
    "SELECT role FROM unnest($2::name[]) AS role WHERE pg_has_role($1::name, role, 'MEMBER')",
    [SERVICE_ROLE, ROLES_OF_MANY_COMPANIES],
  );
  const [joined] = rows;
  if (joined) {
    throw new StartupError(
      `Role ${SERVICE_ROLE} is a member of ${joined.role}, so nothing would keep companies apart. ` +
        `Let an administrator run: REVOKE ${joined.role} FROM ${SERVICE_ROLE};`,
    );
  }
}
