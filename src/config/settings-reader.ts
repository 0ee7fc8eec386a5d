import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Environment } from './environment.js';
import { type Settings } from './settings.js';

export const MEBIBYTE = 1024 * 1024;
export const GIBIBYTE = 1024 * MEBIBYTE;
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
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/**
 * Reads settings from the environment, each with its default. A wrong value becomes a line in {@link problems} and counts as
 * unset.
 */
export class SettingsReader {
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

/** Whether a text may be a secret that the operator chooses. */
export const isSecret = (text: string): boolean => /^[\x21-\x7e]{32,}$/.test(text);
