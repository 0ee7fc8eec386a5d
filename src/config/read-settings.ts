import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { readSchemas } from './read-schemas.js';
import { type Settings } from './settings.js';
import { StartupError } from './startup-error.js';

type Environment = Readonly<Record<string, string | undefined>>;

const MEBIBYTE = 1024 * 1024;
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kib: 1024,
  mib: MEBIBYTE,
  kb: 1000,
  mb: 1_000_000,
};
const SLUG = /^(?=.{1,63}$)(?![0-9a-f]{16}$)[a-z0-9]+(-[a-z0-9]+)*$/;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Whether a text is a company slug: lower-case words joined by hyphens, at most 63 characters, and not like an id.
 */
export const isSlug = (text: string): boolean => SLUG.test(text);

/**
 * Reads and checks all settings. `.env.example` says what they mean.
 *
 * @throws StartupError with a line for each wrong setting
 */
export function readSettings(environment: Environment): Settings {
  const reader = new SettingsReader(environment);
  const databaseUrl = reader.secret('DATABASE_URL', 'a postgres:// URL', isPostgresUrl);
  const settings: Settings = Object.freeze({
    port: reader.integer('PORT', 3000, 0, 65535),
    host: reader.text('HOST', 'an address') ?? '127.0.0.1',
    databaseUrl,
    databaseDirectUrl:
      reader.secret('DATABASE_DIRECT_URL', 'a postgres:// URL', isPostgresUrl) ?? databaseUrl,
    databasePooler: reader.choice('DATABASE_POOLER', ['none', 'transaction'] as const, 'none'),
    dataDir: resolve(reader.text('DATA_DIR', 'a folder') ?? './data'),
    publicUrl: reader
      .text('PUBLIC_URL', 'an http:// or https:// URL without query', isBaseUrl)
      ?.replace(/\/+$/, ''),
    trustProxy: reader.flag('TRUST_PROXY', false),
    bootstrap: {
      company: reader.text('BOOTSTRAP_COMPANY', 'a slug such as acme or acme-eu', isSlug),
      token: reader.secret(
        'BOOTSTRAP_TOKEN',
        'at least 32 visible characters without blanks, and no JWT',
        isToken,
      ),
      dialect: reader.choice(
        'BOOTSTRAP_DIALECT',
        ['lenient', 'strict'] as const satisfies readonly Dialect[],
        'lenient',
      ),
    },
    secretKey: reader.secret('SECRET_KEY', 'at least 32 visible characters without blanks', isSecret),
    bodyLimit: reader.size('BODY_LIMIT', 16 * MEBIBYTE),
    maxOperations: reader.integer('MAX_OPERATIONS', 1000, 1, 100_000),
    schemas: readSchemas(reader.text('SCHEMAS_DIR', 'a folder'), reader.problems),
    logLevel: reader.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    docs: reader.flag('DOCS', true),
    poolSize: reader.integer('POOL_SIZE', 10, 3, 1000),
    streamPoolSize: reader.integer('STREAM_POOL_SIZE', 3, 1, 100),
    statementTimeout: reader.integer('STATEMENT_TIMEOUT_MS', 15_000, 100, 600_000),
    streamTimeout: reader.integer('STREAM_TIMEOUT_MS', 60_000, 1000, 600_000),
    drainTimeout: reader.integer('DRAIN_TIMEOUT_MS', 10_000, 0, 600_000),
  });
  if (settings.bootstrap.token !== undefined && settings.bootstrap.company === undefined) {
    reader.problems.push(
      'BOOTSTRAP_TOKEN is set but BOOTSTRAP_COMPANY is not: name the company the token is for',
    );
  }
  if (reader.problems.length > 0) throw new StartupError(reader.problems.join('\n'));
  return settings;
}

/** Reads settings from the environment. A wrong value is noted in `problems` and then treated as unset. */
class SettingsReader {
  readonly problems: string[] = [];

  constructor(private readonly environment: Environment) {}

  text(name: string, expected: string, isValid: (text: string) => boolean = () => true): string | undefined {
    const text = this.environment[name]?.trim();
    if (text === undefined || text === '') return undefined;
    if (isValid(text)) return text;
    this.problems.push(`${name} is ${JSON.stringify(text)}, expected ${expected}`);
    return undefined;
  }

  /** Like `text`. The value may also stand in a file that `<name>_FILE` names, and no error shows it. */
  secret(name: string, expected: string, isValid: (text: string) => boolean): string | undefined {
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

  /** A number of bytes. The setting may have a unit: `1048576`, `16MiB`, `800 kB`. */
  size(name: string, fallback: number): number {
    const parse = (text: string): number => {
      const [, digits, unit = ''] = /^(\d+)\s*([a-z]*)$/i.exec(text) ?? [];
      return digits === undefined ? NaN : Number(digits) * (UNITS[unit.toLowerCase()] ?? NaN);
    };
    const isValid = (text: string): boolean => parse(text) >= 1024 && parse(text) <= 1024 * MEBIBYTE;
    const text = this.text(name, 'a size from 1KiB to 1024MiB', isValid);
    return text === undefined ? fallback : parse(text);
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

function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol);
}

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && search === '' && hash === '';
}

const isSecret = (text: string): boolean => /^[\x21-\x7e]{32,}$/.test(text);

/** A token in the form of a JWT would never be looked up, since JWTs are verified by their signature. */
function isToken(text: string): boolean {
  return isSecret(text) && !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}
