import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type RawRequest } from '../support/scim-client.js';
import { type Precondition } from './preconditions.js';

/** What an answer's or a resource's JSON must and must not hold. */
export interface JsonCheck {
  /** Every value named here stands there; arrays have exactly these elements, in this order. */
  readonly has?: object;
  /** Per JSON pointer to an array: each of these is one of its elements. */
  readonly contains?: Readonly<Record<string, readonly object[]>>;
  /** The opposite of `has`. */
  readonly lacks?: object;
  /** JSON pointers to what is not there at all. */
  readonly absent?: readonly string[];
}

/** One thing that must hold after the request; each kind is a key of its own. */
export type Check =
  /** The body of the answer. */
  | { readonly body: JsonCheck }
  /** The body is a SCIM error, its detail holds this text. */
  | { readonly error: { readonly scimType?: string; readonly detail: string } }
  | { readonly headers: Readonly<Record<string, string>> }
  /** The answer has no body at all. */
  | { readonly empty: true }
  /** The text of the answer holds none of these. */
  | { readonly never: readonly string[] }
  /** No value anywhere in the answer is null. */
  | { readonly noNulls: true }
  /** What a GET of the path finds afterwards. */
  | ({ readonly get: string; readonly status?: number } & JsonCheck)
  /** The ids of the members of `{{groupId}}`, or of the group a POST made, in any order. */
  | { readonly members: readonly string[] }
  /** The resource has the version and the body it had before the request. */
  | { readonly unchanged: string };

/** A request as a client sends it, and what has to come of it. `{{…}}` stands for a variable of the preconditions. */
export interface Fixture {
  readonly id: string;
  readonly name: string;
  /** Where the request was seen. */
  readonly source: string;
  /** What goes wrong at the client where the answer or the state is another. */
  readonly why?: string;
  /** Environment settings that differ from the defaults. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly given: readonly Precondition[];
  readonly method: string;
  /** Encoded as the client encodes it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status: number;
  readonly assert: readonly Check[];
}

const CHECKS = ['body', 'error', 'headers', 'empty', 'never', 'noNulls', 'get', 'members', 'unchanged'];
const JSON_CHECKS = ['has', 'contains', 'lacks', 'absent'];

/** Every fixture below a folder, one a file, in order of id. */
export function readFixtures(folder: string): Fixture[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  );
  return files.sort().map((file) => {
    if (dirname(file).includes('/')) throw new Error(`${file}: expected <client>/<id>.json`);
    return readFixture(basename(file, '.json'), readFileSync(join(folder, file), 'utf8'));
  });
}

/**
 * One fixture, from its file's text.
 * @throws Error where it proves nothing: no status, no check, a check that holds whatever the answer is
 */
export function readFixture(id: string, text: string): Fixture {
  const fixture = JSON.parse(text) as Fixture;
  if (fixture.id !== id) throw new Error(`${id}: its id is ${fixture.id}`);
  if (!Number.isInteger(fixture.status)) throw new Error(`${id}: no status is asserted`);
  if (!Array.isArray(fixture.assert) || fixture.assert.length === 0) {
    throw new Error(`${id}: nothing about body or state is asserted`);
  }
  for (const check of fixture.assert) requireMeaning(id, check);
  return fixture;
}

function requireMeaning(id: string, check: Check): void {
  const [kind, ...others] = Object.keys(check);
  const part = 'get' in check ? check : 'body' in check ? check.body : undefined;
  const known = kind !== undefined && CHECKS.includes(kind);
  const extra = others.filter((key) => kind !== 'get' || ![...JSON_CHECKS, 'status'].includes(key));
  if (!known || extra.length > 0) throw new Error(`${id}: unknown check ${[kind, ...extra].join(', ')}`);
  const provesSomething =
    part === undefined
      ? !isEmpty((check as Record<string, unknown>)[kind]) || kind === 'members'
      : JSON_CHECKS.some((key) => !isEmpty((part as Record<string, unknown>)[key])) ||
        ('status' in part && part.status !== 200);
  if (!provesSomething) throw new Error(`${id}: the check of ${kind} holds whatever the answer is`);
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === '' || value === false;
}

export type Variables = Readonly<Record<string, string>>;

/** @throws Error for a variable that nothing has set */
export function fillIn(text: string, variables: Variables, encode: (value: string) => string): string {
  return text.replace(/\{\{([^{}]+)\}\}/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`Nothing sets {{${name}}}`);
    return encode(value);
  });
}

/** JSON with its variables filled in. */
export function fillInJson<T>(value: T, variables: Variables): T {
  const escape = (text: string): string => JSON.stringify(text).slice(1, -1);
  return JSON.parse(fillIn(JSON.stringify(value), variables, escape)) as T;
}

/** The request of a fixture, byte for byte. */
export function requestOf({ method, path, headers, body }: Fixture, variables: Variables): RawRequest {
  return {
    method,
    path: fillIn(path, variables, encodeURIComponent),
    headers: fillInJson(headers, variables),
    ...(body === undefined ? {} : { body: JSON.stringify(fillInJson(body, variables)) }),
  };
}
