import { commandOf } from '../../config/command.js';
import { type Client } from 'pg';
import { type Settings } from '../../config/settings.js';
import { foreignViewsRefusal, listMigrations } from '../../persistence/database/migrate.js';
import { SERVICE_ROLE } from '../../persistence/database/role-names.js';
import { planRoles, refuseUnboundService } from '../../persistence/database/roles.js';
import { requireSupportedServer } from '../../persistence/database/server-check.js';
import { checkServiceLogin } from '../../persistence/database/service-login.js';
import { IndexedForms } from '../../persistence/indexed-forms/indexed-forms.js';
import { attempt, type Check, fail, ok, warn } from './check.js';
import { checkFeed, checkGuards, checkWebhooks } from './company-checks.js';

const EXTENSIONS = ['btree_gin', 'pg_trgm'];

/** How far the clocks may be apart. Signed tokens allow a minute in all. */
const MAX_SKEW_MS = 5000;
const MAX_TOLERATED_SKEW_MS = 60_000;

/**
 * Examines the database, and changes nothing in it.
 *
 * @param client a connection of the owner that leads through no pooler
 * @param place host, port and name of the database, for people
 * @param embedded whether it is the embedded server, where the start makes a login for requests
 */
export async function examineDatabase(
  client: Client,
  place: string,
  settings: Settings,
  embedded: boolean,
): Promise<Check[]> {
  const checks = [
    ok('Database', `${place} is reached`),
    await attempt('PostgreSQL', () => checkServer(client, place)),
    await attempt('Owner', () => checkOwner(client)),
    await attempt('Roles', () => checkRoles(client)),
    await attempt('Service role', () => checkServiceRole(client)),
    await attempt('Service login', () => checkLogin(settings, embedded)),
    await attempt('Extensions', () => checkExtensions(client)),
    await attempt('Migrations', () => checkMigrations(client)),
  ];
  const isMigrated = checks.at(-1)?.status === 'ok';
  if (isMigrated) {
    checks.push(
      await attempt('Views', () => checkViews(client)),
      await attempt('Indexed forms', () => checkForms(client, settings)),
      await attempt('Tokens', () => checkTokens(client)),
      await attempt('Guards', () => checkGuards(client)),
      await attempt('Feed', () => checkFeed(client)),
      await attempt('Webhooks', () => checkWebhooks(client)),
    );
  }
  const askClock = async (text: string): Promise<number> =>
    Number((await client.query<{ now: string }>(text)).rows[0]?.now);
  return [...checks, await attempt('Clock', () => checkClock(askClock))];
}

async function checkServer(client: Client, place: string): Promise<Check> {
  const { version, encoding, isReadOnly } = await requireSupportedServer(client, place);
  const found = `version ${version}, encoding ${encoding}`;
  if (!isReadOnly) return ok('PostgreSQL', found);
  return warn(
    'PostgreSQL',
    `${found}; it takes no writes: it is a standby, or read-only`,
    'Let DATABASE_URL lead to the server that takes writes.',
  );
}

async function checkOwner(client: Client): Promise<Check> {
  const { rows } = await client.query<{ login: string; super: boolean; creates: boolean }>(
    `SELECT quote_ident(session_user) AS login, rolsuper AS super,
            has_database_privilege(current_database(), 'CREATE') AND has_schema_privilege('public', 'CREATE') AS creates
       FROM pg_roles WHERE rolname = session_user`,
  );
  const { login, super: isSuper, creates } = rows[0]!;
  if (!creates) {
    return fail(
      'Owner',
      `login ${login} may create nothing in the database`,
      `Let an administrator make ${login} the owner of the database: ALTER DATABASE … OWNER TO ${login};`,
    );
  }
  if (!isSuper) return ok('Owner', `login ${login} may create tables and schemas`);
  return warn(
    'Owner',
    `login ${login} is a superuser, to whom row-level security does not apply`,
    'Give the database to a login of its own, or set DATABASE_SERVICE_URL.',
  );
}

async function checkRoles(client: Client): Promise<Check> {
  const missing = await planRoles(client);
  if (missing.length === 0) return ok('Roles', 'they are there, and granted to the owner');
  const { rows } = await client.query<{ makes: boolean }>(
    'SELECT rolsuper OR rolcreaterole AS makes FROM pg_roles WHERE rolname = session_user',
  );
  if (rows[0]?.makes === true) return ok('Roles', 'the next start makes them');
  const statements = missing.map((statement) => `${statement};`).join(' ');
  return fail(
    'Roles',
    'they are missing, and the owner may not make them',
    `Let an administrator run: ${statements}`,
  );
}

async function checkServiceRole(client: Client): Promise<Check> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [SERVICE_ROLE]);
  if (rowCount === 0) return ok('Service role', `${SERVICE_ROLE} is not made yet`);
  await refuseUnboundService(client);
  return ok('Service role', `${SERVICE_ROLE} is bound by row-level security`);
}

async function checkLogin({ databaseServiceUrl }: Settings, embedded: boolean): Promise<Check> {
  if (embedded) return ok('Service login', 'requests use a login of their own, which the start makes');
  if (databaseServiceUrl === undefined) {
    return ok('Service login', `requests use the same login, as role ${SERVICE_ROLE}`);
  }
  await checkServiceLogin(databaseServiceUrl);
  return ok('Service login', 'the login of DATABASE_SERVICE_URL can serve, and no more');
}

async function checkExtensions(client: Client): Promise<Check> {
  const { rows } = await client.query<{ name: string; installed: boolean }>(
    'SELECT name, installed_version IS NOT NULL AS installed FROM pg_available_extensions WHERE name = ANY ($1)',
    [EXTENSIONS],
  );
  const missing = EXTENSIONS.filter((name) => !rows.some((row) => row.name === name));
  if (missing.length > 0) {
    return fail(
      'Extensions',
      `the server does not have ${missing.join(' and ')}`,
      "Install the server's contrib package, or allow them where your provider keeps a list.",
    );
  }
  const waiting = rows.filter(({ installed }) => !installed).map(({ name }) => name);
  if (waiting.length > 0) return ok('Extensions', `the next start installs ${waiting.join(' and ')}`);
  return ok('Extensions', `${EXTENSIONS.join(' and ')} are installed`);
}

async function checkMigrations(client: Client): Promise<Check> {
  const { pending } = await listMigrations(client);
  if (pending.length === 0) return ok('Migrations', 'none is pending');
  return warn(
    'Migrations',
    `${pending.length} are pending, the first is ${pending[0]}`,
    'The next start or command of this program runs them; end older programs on this database first.',
  );
}

async function checkViews(client: Client): Promise<Check> {
  const refusal = await foreignViewsRefusal(client);
  if (refusal !== undefined) throw refusal;
  return ok('Views', 'they have their owner');
}

/** The forms may add what the schemas have new; it is taken back. */
async function checkForms(client: Client, { schemas }: Settings): Promise<Check> {
  await client.query('BEGIN');
  try {
    await new IndexedForms(schemas).load(async ({ text, values }) => {
      const { rows, rowCount } = await client.query<Record<string, unknown>>(text, [...values]);
      return { rows, rowCount: rowCount ?? 0 };
    });
    return ok('Indexed forms', 'values are compared as they were indexed');
  } finally {
    await client.query('ROLLBACK');
  }
}

async function checkTokens(client: Client): Promise<Check> {
  const { rows } = await client.query<{ slug: string; name: string; is_secret: boolean }>(
    `SELECT slug, credential_name AS name, secret_id IS NOT NULL AS is_secret FROM expiring_credentials(interval '30 days')
     ORDER BY expires, is_secret, coalesce(token_id, secret_id)`,
  );
  const [first] = rows;
  if (!first) return ok('Tokens', 'none expires within 30 days, nor does a client secret');
  const { slug, name } = first;
  return warn(
    'Tokens',
    `${rows.length} ${rows.length === 1 ? 'expires' : 'expire'} within 30 days, the first is ${JSON.stringify(name)} of company ${slug}`,
    first.is_secret
      ? `See: ${commandOf(`client list ${slug}`)}; then: ${commandOf(`client secret rotate ${slug} <client>`)}`
      : `See: ${commandOf(`token list ${slug}`)}; then: ${commandOf(`token renew ${slug} <id>`)}`,
  );
}

/** @param ask what the clock of the database says, in milliseconds */
export async function checkClock(ask: (text: string) => Promise<number>): Promise<Check> {
  const before = Date.now();
  const now = await ask('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now');
  const after = Date.now();
  return judgeClocks(now - (before + after) / 2, (after - before) / 2);
}

/**
 * @param difference how far the clock of the database is ahead, in milliseconds
 * @param error by how much that may be wrong
 */
export function judgeClocks(difference: number, error: number): Check {
  const distance = Math.max(0, Math.abs(difference) - error);
  const seconds = (Math.abs(difference) / 1000).toFixed(1);
  const found = `the database is ${seconds} s ${difference < 0 ? 'behind' : 'ahead'}`;
  const advice = 'Let both machines take their time from the network (NTP).';
  if (distance > MAX_TOLERATED_SKEW_MS) return fail('Clock', found, advice);
  if (distance > MAX_SKEW_MS) return warn('Clock', found, advice);
  return ok('Clock', found);
}
