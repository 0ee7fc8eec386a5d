import { type Settings } from '../config/settings.js';
import { STANDARD_SURFACE } from '../surfaces/standard/standard.surface.js';
import { type TokenNotice } from './first-company.js';

/**
 * The text that is printed when the service has started.
 *
 * @param port the port on which the server listens, which the system chose if the setting is 0
 * @param database a description of the database
 */
export function printBanner(settings: Settings, port: number, notice: TokenNotice, database: string): string {
  const local = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(settings.host);
  const named = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  const host = local ? 'localhost' : named;
  const origin = settings.publicUrl ?? `http://${host}:${port}`;
  const base = `${origin}/${STANDARD_SURFACE.mount}`;
  const lines = [
    'Rollcall is running.',
    '',
    `  SCIM base URL   ${base}   (paste into Entra ID or Okta)`,
    ...(settings.docs ? [`  Swagger UI      ${origin}/docs`] : []),
    `  Token           ${describeToken(notice)}`,
    `  Database        ${database}`,
    '',
    `  curl -H "Authorization: Bearer ${tokenForShell(notice)}" ${base}/Users`,
    '',
  ];
  return lines.join('\n');
}

function describeToken(notice: TokenNotice): string {
  switch (notice.kind) {
    case 'shown':
      return `${notice.token}   (shown this once)`;
    case 'file':
      return `in ${notice.path}`;
    case 'known':
      return 'the one you have; another: npm run rollcall -- token issue <company>';
  }
}

function tokenForShell(notice: TokenNotice): string {
  switch (notice.kind) {
    case 'shown':
      return notice.token;
    case 'file':
      return `$(cat '${notice.path.replaceAll("'", `'\\''`)}')`;
    case 'known':
      return '$TOKEN';
  }
}
