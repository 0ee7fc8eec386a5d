import { readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { FILTER_LIMITS } from '../protocol/filter/filter.lexer.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { parseDatabaseUrl, stricterMode } from './database-url.js';
import { type Environment } from './environment.js';
import { describeNearMisses } from './near-misses.js';
import { readSchemas } from './read-schemas.js';
import { type Settings } from './settings.js';
import { StartupError } from './startup-error.js';

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kib: 1024,
  mib: MEBIBYTE,
  gib: GIBIBYTE,
  kb: 1000,
  mb: 1_000_000,
  gb: 1_000_000_000,
};
const DURATIONS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const LONGEST_DURATION_MS = 7 * 24 * 3_600_000;
const MOST_DURATIONS = 20;
const SLUG = /^(?=.{1,63}$)(?![0-9a-f]{16}$)[a-z0-9]+(-[a-z0-9]+)*$/;
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const TOKEN_FORM = 'at least 32 visible characters without blanks, and no JWT';
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Whether a text is a company slug: lower-case words joined by hyphens, at most 63 characters, and not like an id.
 */
export const isSlug = (text: string): boolean => SLUG.test(text);

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
 * What is accepted and yet hardly meant: a line for each variable that is nearly named like a setting, and for each URL
 * whose TLS is stricter than it says. Where {@link readSettings} refuses, there is nothing to add.
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

/** Reads settings from the environment. A wrong value is noted in `problems` and then treated as unset. */
class SettingsReader {
  readonly problems: string[] = [];
  /** The names of all settings that were asked for. */
  readonly names = new Set<string>();

  constructor(private readonly environment: Environment) {}

  text(name: string, expected: string, isValid: (text: string) => boolean = () => true): string | undefined {
    this.names.add(name);
    const text = this.environment[name]?.trim();
    if (text === undefined || text === '') return undefined;
    if (isValid(text)) return text;
    this.problems.push(`${name} is ${JSON.stringify(text)}, expected ${expected}`);
    return undefined;
  }

  /** Like `text`. The value may also stand in a file that `<name>_FILE` names, and no error shows it. */
  secret(name: string, expected: string, isValid: (text: string) => boolean): string | undefined {
    this.names.add(name).add(`${name}_FILE`);
    const file = this.environment[`${name}_FILE`]?.trim();
    let text = this.environment[name]?.trim();
    if (file !== undefined && file !== '') {
      if (text !== undefined && text !== '')
        this.problems.push(`${name} and ${name}_FILE are both set: keep one`);
      try {
        text = readFileSync(file, 'utf8').trim();
      } catch {
        this.problems.push(`${name}_FILE names ${file}, which cannot be read`);
        return undefined;
      }
    }
    if (text === undefined || text === '') return undefined;
    if (isValid(text)) return text;
    this.problems.push(`${name} is not ${expected}`);
    return undefined;
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const isValid = (text: string): boolean =>
      /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
    const text = this.text(name, `a whole number from ${least} to ${most}`, isValid);
    return text === undefined ? fallback : Number(text);
  }

  /** `WORKERS`: a number, or `auto` for one process a core. */
  workers(): number {
    const isValid = (text: string): boolean => /^(auto|[1-9]\d?)$/i.test(text);
    const text = this.text('WORKERS', 'a whole number from 1 to 99, or auto', isValid) ?? '1';
    return /^\d/.test(text) ? Number(text) : availableParallelism();
  }

  /** `METRICS_PORT` and `METRICS_HOST`, which is `HOST` where it is not set. */
  metrics(): Settings['metrics'] {
    const isPort = (text: string): boolean =>
      /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
    const port = this.text('METRICS_PORT', 'a whole number from 1 to 65535', isPort);
    const host = this.text('METRICS_HOST', 'an address') ?? this.text('HOST', 'an address') ?? '127.0.0.1';
    return port === undefined ? undefined : { port: Number(port), host };
  }

  /** A number of bytes. The setting may have a unit: `1048576`, `16MiB`, `800 kB`. */
  size(name: string, fallback: number, most = GIBIBYTE): number {
    const parse = (text: string): number => {
      const [, digits, unit = ''] = /^(\d+)\s*([a-z]*)$/i.exec(text) ?? [];
      return digits === undefined ? NaN : Number(digits) * (UNITS[unit.toLowerCase()] ?? NaN);
    };
    const isValid = (text: string): boolean => parse(text) >= 1024 && parse(text) <= most;
    const text = this.text(name, `a size from 1KiB to ${most / MEBIBYTE}MiB`, isValid);
    return text === undefined ? fallback : parse(text);
  }

  /** Names of hosts with commas between them, in lower case. */
  hosts(name: string): readonly string[] {
    const parse = (text: string): string[] =>
      text.split(',').flatMap((host) => host.trim().toLowerCase() || []);
    const isValid = (text: string): boolean => parse(text).every((host) => HOST.test(host));
    return parse(this.text(name, 'names of hosts with commas between them', isValid) ?? '');
  }

  /** `SECRETS_KEY`: keys with commas between them. */
  secretsKeys(): readonly string[] {
    const parse = (text: string): string[] => text.split(',').map((key) => key.trim());
    const expected = 'keys of at least 32 visible characters without blanks, with commas between them';
    const text = this.secret('SECRETS_KEY', expected, (keys) => parse(keys).every(isSecret));
    return text === undefined ? [] : parse(text);
  }

  /** Times with commas between them, such as `500ms,5s,2h`, in milliseconds. */
  durations(name: string, fallback: string): readonly number[] {
    const parse = (text: string): number[] =>
      text.split(',').map((each) => {
        const [, digits, unit = ''] = /^\s*(\d{1,6})(ms|s|m|h)\s*$/.exec(each) ?? [];
        return Number(digits ?? NaN) * (DURATIONS[unit] ?? NaN);
      });
    const isValid = (text: string): boolean =>
      parse(text).length <= MOST_DURATIONS && parse(text).every((ms) => ms <= LONGEST_DURATION_MS);
    const expected = `1 to ${MOST_DURATIONS} times with commas between them, such as 5s,5m,2h, of up to 7 days`;
    return parse(this.text(name, expected, isValid) ?? fallback);
  }

  flag(name: string, fallback: boolean): boolean {
    const text = this.text(name, 'true or false', (candidate) =>
      /^(true|false|1|0|on|off)$/i.test(candidate),
    );
    return text === undefined ? fallback : /^(true|1|on)$/i.test(text);
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const known = (text: string): text is T => (choices as readonly string[]).includes(text);
    const text = this.text(name, `one of ${choices.join(', ')}`, known);
    return text !== undefined && known(text) ? text : fallback;
  }
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

const isSecret = (text: string): boolean => /^[\x21-\x7e]{32,}$/.test(text);

/** A token in the form of a JWT would never be looked up, since JWTs are verified by their signature. */
/** Whether a text may be a token that the operator chooses. */
export function isToken(text: string): boolean {
  return isSecret(text) && !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}
