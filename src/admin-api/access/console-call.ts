import { isTokenOf } from '../../access/access-token.js';
import { hostOf, isLoopback } from '../../access/url-host.js';
import { type Request } from 'express';
import { parse, serialize } from 'cookie';
import { type Settings } from '../../config/settings.js';
import { publicBaseUri } from '../../surfaces/http/base-uri.js';
import { Problem } from '../http/problem.js';

/** What each call of the console sends. A page of another site can't, without leave that is never given (CORS). */
const CONSOLE_HEADER = 'X-Rollcall-Console';

/** RFC 6265bis §4.1.3.2: a browser takes this name over https alone, for all paths of this host and no other. */
const SECURE_COOKIE = '__Host-rollcall-session';
/** Over plain http, which is for the own machine. */
const LOOPBACK_COOKIE = 'rollcall-session';
type OriginSettings = Pick<Settings, 'publicUrl' | 'trustProxy'>;

/** The secret of the session that a call of the console sends; undefined where it is none, or sends none. */
export function sessionSecret({ headers }: Pick<Request, 'headers'>): string | undefined {
  if (headers[CONSOLE_HEADER.toLowerCase()] === undefined || headers.cookie === undefined) return undefined;
  const cookies = parse(headers.cookie);
  const secret = cookies[SECURE_COOKIE] ?? cookies[LOOPBACK_COOKIE];
  return secret !== undefined && isTokenOf('session', secret) ? secret : undefined;
}

/**
 * Requires a call to come from a page of this server: a browser names the page's origin in each call that changes
 * something (Fetch §3.1), and no script can change that.
 *
 * @throws Problem 403
 */
export function requireOwnPage(request: Request, settings: OriginSettings): void {
  const { origin } = request.headers;
  if (origin === undefined && (request.method === 'GET' || request.method === 'HEAD')) return;
  if (isOwnPage(request, settings)) return;
  throw new Problem(
    403,
    `A call by a session comes from the console itself: with the header ${CONSOLE_HEADER}, and an Origin that is this server's. ` +
      'Use a credential in the header Authorization elsewhere.',
  );
}

/** Whether a call comes from a page of this server, as far as a browser says so. */
export function isOwnPage(request: Request, settings: OriginSettings): boolean {
  const { origin } = request.headers;
  if (request.headers[CONSOLE_HEADER.toLowerCase()] === undefined) return false;
  if (origin === undefined || !URL.canParse(origin)) return false;
  const known = new URL(publicBaseUri(request, settings));
  return origin === known.origin || new URL(origin).host === request.get('host');
}

/**
 * The value of `Set-Cookie` that gives a browser its session.
 *
 * @param secret empty to take it away
 * @throws Problem 403 where it would travel in the clear to another machine
 */
export function sessionCookie(request: Request, secret: string): string {
  const page = new URL(request.headers.origin ?? '');
  const secure = page.protocol === 'https:';
  if (!secure && !isLoopback(hostOf(page))) {
    throw new Problem(
      403,
      'The console is signed in to over https, or over http on the machine itself. Put a proxy with TLS in front, and set PUBLIC_URL.',
    );
  }
  return serialize(secure ? SECURE_COOKIE : LOOPBACK_COOKIE, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    ...(secret === '' && { maxAge: 0 }),
  });
}
