import { HIDDEN, withoutTokens } from '../protocol/text/plain-text.js';
import { maskJson } from './mask-json.js';
import { type SecretNames } from './secret-names.js';
import { type Text } from './text.js';

/** Words in the names of headers, parameters and form fields whose values are secret. */
const SECRET_NAME = /pass|token|secret|api-?_?key|authorization|cookie|credential|signature|session/i;
/** Headers that are left out altogether. */
const LEFT_OUT = new Set(['authorization', 'proxy-authorization', 'cookie']);
/** Shorter values stand anywhere by chance. */
const SHORTEST_SECRET = 4;
/** How many secrets of one request are looked for in its other parts. */
const MOST_SECRETS = 100;
const FORM = /^application\/x-www-form-urlencoded\b/i;

type Header = readonly [name: string, value: string];

/** The parts of a request and of its answer, as they came. */
export interface RequestTexts {
  /** With its query. */
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Text | undefined;
  readonly answer: Text | undefined;
}

/**
 * The same parts without secrets: the values of secret attributes, wherever they stand; credentials; and what has the form of
 * a token. What is a secret in one part is one in all others. What can't be read well enough to find them is left out.
 */
export function maskSecrets({ path, headers, body, answer }: RequestTexts, names: SecretNames): RequestTexts {
  const found = new Set(headers.filter(([name]) => isLeftOut(name)).map(([, value]) => credentialIn(value)));
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const masked = {
    path: maskQuery(path, names, found),
    body: body && { ...body, text: maskBody(body, type, names, found) },
    answer: answer && { ...answer, text: maskJson(answer, names, found) },
  };
  const secrets = [...found].filter(({ length }) => length >= SHORTEST_SECRET);
  const looked = secrets.slice(0, MOST_SECRETS);
  const clean = (text: string): string =>
    looked.reduce((left, secret) => left.replaceAll(secret, HIDDEN), withoutTokens(text));
  return {
    path: clean(masked.path),
    headers: headers
      .filter(([name]) => !isLeftOut(name))
      .map(([name, value]) => [name, SECRET_NAME.test(name) ? HIDDEN : clean(value)]),
    body: masked.body && { ...masked.body, text: clean(masked.body.text) },
    answer: masked.answer && {
      ...masked.answer,
      text: secrets.length > MOST_SECRETS ? HIDDEN : clean(masked.answer.text),
    },
  };
}

const isLeftOut = (name: string): boolean => LEFT_OUT.has(name.toLowerCase());

/** What stands behind the scheme. */
const credentialIn = (value: string): string => value.replace(/^\S+\s+/, '').trim();

function maskBody(body: Text, type: string, names: SecretNames, found: Set<string>): string {
  const { text } = body;
  if (FORM.test(type)) return maskFields(text, names, found);
  if (/^\s*[{[]/.test(text)) return maskJson(body, names, found);
  return names.standIn(text) ? HIDDEN : text;
}

function maskQuery(path: string, names: SecretNames, found: Set<string>): string {
  const start = path.indexOf('?') + 1;
  return start === 0 ? path : path.slice(0, start) + maskFields(path.slice(start), names, found);
}

/** Fields as in a query or a form. */
function maskFields(text: string, names: SecretNames, found: Set<string>): string {
  const fields = text.split('&').map((field) => {
    const end = field.indexOf('=');
    const name = decoded(field.slice(0, end < 0 ? undefined : end));
    const value = end < 0 ? '' : decoded(field.slice(end + 1));
    if (name === undefined || value === undefined) return HIDDEN;
    const isSecret = SECRET_NAME.test(name) || names.standIn(name);
    if (isSecret) found.add(value);
    // A list of attributes names them without their values.
    const hasSecret = names.areComparedIn(value) || (names.standIn(value) && /["{[]/.test(value));
    return end >= 0 && (isSecret || hasSecret) ? `${field.slice(0, end)}=${HIDDEN}` : field;
  });
  return fields.join('&');
}

/** Undefined where it is no percent-encoded UTF-8. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
