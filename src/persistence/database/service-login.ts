import { createHmac } from 'node:crypto';
import pg from 'pg';
import { StartupError } from '../../config/startup-error.js';
import { ROLES_OF_MANY_COMPANIES, SERVICE_ROLE } from './role-names.js';
import { isAlreadyMade } from './roles.js';
import { connectDirectly } from './server-check.js';

/** The login of the embedded server's service: it owns nothing, and can become nothing but the service role. */
const EMBEDDED_LOGIN = 'rollcall_service_login';

/**
 * Makes sure that the embedded server has a login for the service.
 *
 * @param ownerUrl URL for the owner of the database, who may make roles, with a password
 * @returns the same database's URL for the login of the service
 */
export async function ensureServiceLogin(ownerUrl: string): Promise<string> {
  const url = new URL(ownerUrl);
  const password = createHmac('sha256', url.password).update(EMBEDDED_LOGIN).digest('base64url');
  const owner = await connectDirectly(ownerUrl);
  try {
    const { rowCount } = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [EMBEDDED_LOGIN]);
    if (rowCount === 0) {
      await createLogin(owner, password);
    }
    await owner.query(`GRANT ${SERVICE_ROLE} TO ${EMBEDDED_LOGIN} WITH INHERIT FALSE, SET TRUE`);
  } finally {
    await owner.end();
  }
  url.username = EMBEDDED_LOGIN;
  url.password = password;
  return url.href;
}

async function createLogin(owner: pg.Client, password: string): Promise<void> {
  try {
    await owner.query(`CREATE ROLE ${EMBEDDED_LOGIN} LOGIN NOINHERIT PASSWORD ${pg.escapeLiteral(password)}`);
  } catch (error) {
    if (!isAlreadyMade(error)) throw error;
  }
}

interface Powers {
  readonly login: string;
  readonly serves: boolean;
  readonly rules: boolean;
  readonly owns: boolean;
  readonly reads: string | null;
}

/**
 * Checks the login of `DATABASE_SERVICE_URL`: it must be able to become the service role, and nothing more.
 *
 * @throws StartupError that names what is too much or missing, and the statement that mends it
 */
export async function checkServiceLogin(serviceUrl: string): Promise<void> {
  const client = await connectDirectly(serviceUrl);
  try {
    const { rows } = await client.query<Powers>(
      `SELECT quote_ident(session_user) AS login,
              pg_has_role(session_user, $1::name, 'MEMBER') AS serves,
              rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication AS rules,
              pg_has_role(session_user, datdba, 'MEMBER') AS owns,
              (SELECT role FROM unnest($2::name[]) AS role WHERE pg_has_role(session_user, role, 'MEMBER') LIMIT 1) AS reads
         FROM pg_roles, pg_database WHERE rolname = session_user AND datname = current_database()`,
      [SERVICE_ROLE, ROLES_OF_MANY_COMPANIES],
    );
    const refusal = rows[0] && refusalOf(rows[0]);
    if (refusal !== undefined) throw new StartupError(`DATABASE_SERVICE_URL: ${refusal}`);
  } finally {
    await client.end();
  }
}

function refusalOf({ login, serves, rules, owns, reads }: Powers): string | undefined {
  if (rules) {
    return (
      `login ${login} may do more than serve. Let an administrator run: ` +
      `ALTER ROLE ${login} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;`
    );
  }
  if (owns) return `login ${login} is, or can become, the owner of the database; take one that is not.`;
  if (reads !== null) {
    return (
      `login ${login} can become ${reads}, which reads several companies. ` +
      `Let an administrator run: REVOKE ${reads} FROM ${login};`
    );
  }
  if (serves) return undefined;
  return `login ${login} can't become ${SERVICE_ROLE}. Run as the owner of the database: GRANT ${SERVICE_ROLE} TO ${login};`;
}
