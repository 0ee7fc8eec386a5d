const PARTS = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/is;
const ATTRIBUTES = 'target_session_attrs';
const ACCEPTED_ATTRIBUTES = ['any', 'primary', 'read-write'];

export interface DatabaseUrl {
  /** The URLs of single servers, in the order in which they are tried. */
  readonly servers: readonly string[];
  /** Whether only a server that takes writes will do. */
  readonly needsPrimary: boolean;
}

/**
 * Modes of TLS that `pg` takes for `verify-full`, with nine lines on standard error about another major version of it.
 * With `uselibpqcompat=true` they mean what they do for libpq.
 */
const UNCLEAR_MODE =
  /^([^?]*\?(?!.*\buselibpqcompat=true)(?:.*&)?sslmode=)(prefer|require|verify-ca)(?=&|#|$)/i;

/** The mode of TLS that a URL has where certificates are checked more strictly than the mode says. */
export const stricterMode = (url: string): string | undefined => UNCLEAR_MODE.exec(url)?.[2];

/**
 * Reads a URL of PostgreSQL, which may name several servers as it may for libpq: `postgres://h1,h2:5433/db`. Of several,
 * the one that takes writes is used, whatever `target_session_attrs` says.
 *
 * @returns undefined for what is no such URL, or asks for a server that takes no writes
 */
export function parseDatabaseUrl(url: string): DatabaseUrl | undefined {
  const [, before, hosts = '', rest = ''] = PARTS.exec(url) ?? [];
  if (before === undefined) return undefined;
  const names = hosts.split(',');
  const urls = names.map((host) => `${before}${host}${rest}`.replace(UNCLEAR_MODE, '$1verify-full'));
  if (!urls.every((each) => URL.canParse(each)) || (names.length > 1 && names.includes(''))) return undefined;
  const attributes = new URL(urls[0] ?? '').searchParams.get(ATTRIBUTES);
  if (attributes === null) return { servers: urls, needsPrimary: urls.length > 1 };
  if (!ACCEPTED_ATTRIBUTES.includes(attributes)) return undefined;
  return { servers: urls.map(withoutAttributes), needsPrimary: urls.length > 1 || attributes !== 'any' };
}

/** Without the parameter that `pg` does not know. */
function withoutAttributes(url: string): string {
  const changed = new URL(url);
  changed.searchParams.delete(ATTRIBUTES);
  return changed.href;
}
