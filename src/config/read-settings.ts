import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { FILTER_LIMITS } from '../protocol/filter/filter.lexer.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { parseDatabaseUrl, stricterMode } from './database-url.js';
import { type Environment } from './environment.js';
import { describeNearMisses } from './near-misses.js';
import { readSchemas } from './read-schemas.js';
import { GIBIBYTE, isSecret, MEBIBYTE, SettingsReader } from './settings-reader.js';
import { type Settings } from './settings.js';
import { isSlug } from './slug.js';
import { StartupError } from './startup-error.js';

const TOKEN_FORM = 'at least 32 visible characters without blanks, and no JWT';
/** The end of a SCIM base URL, which is no part of PUBLIC_URL. */
const SURFACE_PATH =
  /(\/standard|\/iam\/directory\/oud|\/api\/v1\/tenants\/[^/]+)?\/scim\/v\d+$|\/provisioning\/generic\/v\d+$/i;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Reads and checks all settings. `.env.example` says what they mean.
 *
 * @throws StartupError with a line for each wrong setting, and those of {@link warningsAbout}
 */
export function readSettings(environment: Environment): Settings {
  const reader = new SettingsReader(environment);
  const settings = readAll(reader);
  if (reader.problems.length === 0) return settings;
  throw new StartupError([...reader.problems, ...describeNearMisses(environment, reader.names)].join('\n'));
}

/**
 * Warnings about what is accepted but probably a mistake: a line for each variable that is nearly named like a setting, and for
 * each URL whose TLS is stricter than it says. Empty where {@link readSettings} throws, which then says it all.
 */
export function warningsAbout(environment: Environment): readonly string[] {
  const reader = new SettingsReader(environment);
  const { databaseUrl, databaseDirectUrl, databaseServiceUrl } = readAll(reader);
  if (reader.problems.length > 0) return [];
  const urls = {
    DATABASE_URL: databaseUrl,
    DATABASE_DIRECT_URL: databaseDirectUrl === databaseUrl ? undefined : databaseDirectUrl,
    DATABASE_SERVICE_URL: databaseServiceUrl,
  };
  return [
    ...describeNearMisses(environment, reader.names),
    ...Object.entries(urls).flatMap(([name, url]) => describeStricterMode(name, url)),
  ];
}

function describeStricterMode(name: string, url: string | undefined): string[] {
  const mode = url === undefined ? undefined : stricterMode(url);
  if (mode === undefined) return [];
  return [
    `${name}: sslmode=${mode} checks the server's certificate and name here. Write sslmode=verify-full, which says so; ` +
      'see docs/guides/tls.md.',
  ];
}

function readAll(reader: SettingsReader): Settings {
  const databaseUrl = reader.secret('DATABASE_URL', 'a postgres:// URL', isPostgresUrl);
  const bodyLimit = reader.size('BODY_LIMIT', 16 * MEBIBYTE);
  const settings: Settings = Object.freeze({
    port: reader.integer('PORT', 3000, 0, 65535),
    host: reader.text('HOST', 'an address') ?? '127.0.0.1',
    metrics: reader.metrics(),
    workers: reader.workers(),
    databaseUrl,
    databaseDirectUrl:
      reader.secret('DATABASE_DIRECT_URL', 'a postgres:// URL', isPostgresUrl) ?? databaseUrl,
    databaseServiceUrl: reader.secret('DATABASE_SERVICE_URL', 'a postgres:// URL', isPostgresUrl),
    databasePooler: reader.choice('DATABASE_POOLER', ['none', 'transaction'] as const, 'none'),
    cell: reader.integer('CELL', 0, 0, 1023),
    dataDir: resolve(reader.text('DATA_DIR', 'a folder') ?? './data'),
    publicUrl: reader
      .text('PUBLIC_URL', 'an http:// or https:// URL without query', isBaseUrl)
      ?.replace(/\/+$/, ''),
    trustProxy: reader.flag('TRUST_PROXY', false),
    bootstrap: {
      company: reader.text('BOOTSTRAP_COMPANY', 'a slug such as acme or acme-eu', isSlug),
      token: reader.secret('BOOTSTRAP_TOKEN', TOKEN_FORM, isToken),
      dialect: reader.choice(
        'BOOTSTRAP_DIALECT',
        ['lenient', 'strict'] as const satisfies readonly Dialect[],
        'lenient',
      ),
    },
    adminToken: reader.secret('ADMIN_TOKEN', TOKEN_FORM, isToken),
    adminJwksHosts: reader.hosts('ADMIN_JWKS_HOSTS'),
    secretKey: reader.secret('SECRET_KEY', 'at least 32 visible characters without blanks', isSecret),
    secretsKeys: reader.secretsKeys(),
    webhookHosts: reader.hosts('WEBHOOK_HOSTS'),
    webhookProxy: reader.secret(
      'WEBHOOK_PROXY',
      'a URL of a proxy such as http://proxy.internal:3128',
      isProxy,
    ),
    webhookTimeout: reader.integer('WEBHOOK_TIMEOUT_MS', 15_000, 100, 60_000),
    webhookRetries: reader.durations('WEBHOOK_RETRIES', '5s,5m,30m,2h,5h,10h,14h,20h,24h'),
    webhookHold: reader.integer('WEBHOOK_HOLD_MS', 300_000, 0, 300_000),
    webhookLogDays: reader.integer('WEBHOOK_LOG_DAYS', 30, 1, 400),
    rateLimit: reader.integer('RATE_LIMIT', 100, 1, 1_000_000),
    rateBurst: reader.integer('RATE_BURST', 200, 0, 10_000_000),
    platformRateLimit: reader.integer('PLATFORM_RATE_LIMIT', 1000, 1, 1_000_000),
    companyRequests: reader.integer('COMPANY_REQUESTS', 500, 1, 100_000),
    feedWaiters: reader.integer('FEED_WAITERS', 1000, 1, 100_000),
    authFailureLimit: reader.integer('AUTH_FAILURE_LIMIT', 300, 1, 1_000_000),
    bodyLimit,
    userBodyLimit: Math.min(bodyLimit, reader.size('USER_BODY_LIMIT', MEBIBYTE)),
    bodiesInFlight: reader.size('BODIES_IN_FLIGHT', 20 * MEBIBYTE),
    companyBodiesInFlight: reader.size('COMPANY_BODIES_IN_FLIGHT', 16 * MEBIBYTE),
    bodyTimeout: reader.integer('BODY_TIMEOUT_MS', 30_000, 100, 600_000),
    clientTokens: reader.integer('CLIENT_TOKENS', 100, 1, 10_000),
    jwtHours: reader.integer('JWT_HOURS', 24, 1, 8760),
    deletedRetentionDays: reader.integer('DELETED_RETENTION_DAYS', 30, 1, 3650),
    restoreLimit: reader.integer('RESTORE_LIMIT', 500_000, 1, 5_000_000),
    maxOperations: reader.integer('MAX_OPERATIONS', 1000, 1, 100_000),
    maxFilterLength: reader.integer('MAX_FILTER_LENGTH', FILTER_LIMITS.length, 100, FILTER_LIMITS.length),
    maxFilterTokens: reader.integer('MAX_FILTER_TOKENS', FILTER_LIMITS.tokens, 10, FILTER_LIMITS.tokens),
    maxPageSize: reader.integer('MAX_PAGE_SIZE', 1000, 1, 1000),
    schemas: readSchemas(reader.text('SCHEMAS_DIR', 'a folder'), reader.problems),
    logLevel: reader.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    logFormat: reader.choice('LOG_FORMAT', ['json', 'pretty', 'auto'] as const, 'auto'),
    docs: reader.flag('DOCS', true),
    poolSize: reader.integer('POOL_SIZE', 10, 3, 1000),
    queueTimeout: reader.integer('QUEUE_TIMEOUT_MS', 5000, 100, 600_000),
    writeTimeout: reader.integer('WRITE_TIMEOUT_MS', 10_000, 100, 600_000),
    statementTimeout: reader.integer('STATEMENT_TIMEOUT_MS', 15_000, 100, 600_000),
    streamTimeout: reader.integer('STREAM_TIMEOUT_MS', 10_000, 1000, 600_000),
    snapshotTimeout: reader.integer('SNAPSHOT_TIMEOUT_MS', 600_000, 1000, 3_600_000),
    sendTimeout: reader.integer('SEND_TIMEOUT_MS', 10_000, 1000, 600_000),
    spoolDir: resolve(reader.text('SPOOL_DIR', 'a folder') ?? tmpdir()),
    spoolLimit: reader.size('SPOOL_LIMIT', 2 * GIBIBYTE, 1024 * GIBIBYTE),
    spoolCompanyLimit: reader.size('SPOOL_COMPANY_LIMIT', GIBIBYTE, 1024 * GIBIBYTE),
    drainTimeout: reader.integer('DRAIN_TIMEOUT_MS', 10_000, 0, 600_000),
  });
  const withoutSurface = settings.publicUrl?.replace(SURFACE_PATH, '');
  if (withoutSurface !== settings.publicUrl) {
    reader.problems.push(
      `PUBLIC_URL ends like a SCIM base URL: leave out what the surfaces add, and write ${withoutSurface}`,
    );
  }
  if (settings.bootstrap.token !== undefined && settings.bootstrap.company === undefined) {
    reader.problems.push(
      'BOOTSTRAP_TOKEN is set but BOOTSTRAP_COMPANY is not: name the company the token is for',
    );
  }
  if (settings.adminToken !== undefined && settings.adminToken === settings.bootstrap.token) {
    reader.problems.push(
      'ADMIN_TOKEN is the same as BOOTSTRAP_TOKEN: what opens all companies has to be another one',
    );
  }
  return settings;
}

const isPostgresUrl = (text: string): boolean => parseDatabaseUrl(text) !== undefined;

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && search === '' && hash === '';
}

function isProxy(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash } = new URL(text);
  return protocol === 'http:' && pathname === '/' && search === '' && hash === '';
}

/**
 * Whether a text may be a token that the operator chooses. One in the form of a JWT would never be looked up, since JWTs are
 * verified by their signature.
 */
export function isToken(text: string): boolean {
  return isSecret(text) && !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}
