import { hostOf, isLoopback } from '../access/url-host.js';
import { ADMIN_MOUNT } from '../admin-api/http/mount.js';
import { commandOf } from '../config/command.js';
import { type Settings } from '../config/settings.js';
import { MOUNTS } from '../surfaces/mounts.js';
import { originOf } from '../config/origin.js';
import { type ConsoleNotice } from './console-notice.js';
import { type TokenNotice } from './first-company.js';

/** How the person who starts the service gets in. */
export interface BannerNotices {
  readonly token: TokenNotice;
  /** Undefined where there is no console. */
  readonly console?: ConsoleNotice | undefined;
}

/**
 * The text that is printed when the service has started.
 *
 * @param port the port on which the server listens, which the system chose if the setting is 0
 * @param database a description of the database
 */
export function printBanner(
  settings: Settings,
  port: number,
  { token: notice, console }: BannerNotices,
  database: string,
): string {
  const origin = originOf(settings, port);
  const base = `${origin}/${MOUNTS.standard}`;
  const listening = originOf({ ...settings, publicUrl: undefined }, port);
  const reachable = isReachable(origin);
  const lines = [
    'Rollcall is running.',
    '',
    `  SCIM base URL   ${base}${reachable ? '   (paste into Entra ID or Okta)' : ''}`,
    ...(settings.publicUrl === undefined ? [] : [`  Listens on      ${listening}   (where the proxy leads)`]),
    ...(settings.adminToken === undefined ? [CONSOLE_OFF] : []),
    ...(console === undefined ? [] : [`  Console         ${console.url}${howToSignIn(console)}`]),
    ...(settings.docs ? [frontDoor(origin, console), `  Swagger UI      ${origin}/docs`] : []),
    ...(settings.adminToken === undefined ? [] : [`  Admin API       ${origin}/${ADMIN_MOUNT}`]),
    `  Token           ${describeToken(notice)}`,
    `  Database        ${database}`,
    '',
    ...(console?.link === undefined ? [] : [...SIGN_IN, `  ${console.link}`, '']),
    ...(reachable ? [] : UNREACHABLE),
    `  curl -H "Authorization: Bearer ${tokenForShell(notice)}" \\`,
    `    ${base}/Users`,
    '',
  ];
  return lines.join('\n');
}

const CONSOLE_OFF = '  Console         off: set ADMIN_TOKEN   (openssl rand -hex 32)';

const SIGN_IN = ['  This link signs you in to the console, once, within ten minutes:'];

/** A browser that opens the root comes to the console where there is one, and to the start page elsewhere. */
const frontDoor = (origin: string, console: ConsoleNotice | undefined): string =>
  console === undefined ? `  Start page      ${origin}/` : `  Guides          ${origin}/docs/guides`;

const howToSignIn = ({ link, tokenFile }: ConsoleNotice): string => {
  if (link !== undefined) return '';
  return tokenFile === undefined ? '   (sign in with ADMIN_TOKEN)' : `   (the token is in ${tokenFile})`;
};

const UNREACHABLE = [
  "  Entra ID, Okta and their like can't use this address: they need a public",
  '  https:// one. Set PUBLIC_URL to one that leads here by a proxy or, to try it,',
  '  by a tunnel: docs/guides/tls.md',
  '',
];

/** Whether an identity provider out there may be able to use a URL: it insists on TLS. */
function isReachable(origin: string): boolean {
  const url = new URL(origin);
  return url.protocol === 'https:' && !isLoopback(hostOf(url));
}

function describeToken(notice: TokenNotice): string {
  switch (notice.kind) {
    case 'shown':
      return `${notice.token}   (shown this once)`;
    case 'file':
      return `in ${notice.path}`;
    case 'setting':
      return 'the value of BOOTSTRAP_TOKEN';
    case 'none':
      return `none yet; make one: ${commandOf(`token issue ${notice.company ?? '<company>'}`)}`;
    case 'known':
      return `the one you have; another: ${commandOf('token issue <company>')}`;
  }
}

function tokenForShell(notice: TokenNotice): string {
  switch (notice.kind) {
    case 'shown':
      return notice.token;
    case 'file':
      return `$(cat '${notice.path.replaceAll("'", `'\\''`)}')`;
    case 'setting':
    case 'none':
    case 'known':
      return '$TOKEN';
  }
}
