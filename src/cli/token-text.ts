import { commandOf } from '../config/command.js';
import { type AccessToken } from '../administration/token-administration.js';
import { type Settings } from '../config/settings.js';
import { type Cell, printProperties, printTable, type Terminal } from './terminal.js';
import { describeAccess } from './token-options.js';

/** From how many days before its end on a token is shown as one that ends soon. */
const SOON_DAYS = 30;

/** A token for people. */
export const describeToken = (terminal: Terminal, token: AccessToken): string =>
  printProperties(terminal, {
    Id: token.id,
    Name: token.name,
    Dialect: token.dialect,
    Access: describeReach(token),
    Created: token.created,
    State: describeState(token, (time) => time),
    'Last use': describeUse(token),
  });

/** Tokens for people, a line each. */
export function listTokens(terminal: Terminal, tokens: readonly AccessToken[]): string {
  if (tokens.length === 0) return `No token yet; make one: ${commandOf('token issue <company>')}`;
  return printTable(
    terminal,
    ['Id', 'Name', 'Dialect', 'Access', 'State', 'Last use'],
    tokens.map((token) => [
      token.id,
      token.name,
      token.dialect,
      describeReach(token),
      describeState(token, dayOf),
      describeUse(token),
    ]),
  );
}

/** A token that was just made, with its text and what else has to be entered at a client. */
export function describeNewToken(
  terminal: Terminal,
  token: AccessToken,
  secret: string,
  baseUrls: Readonly<Record<string, string>>,
  { publicUrl }: Settings,
): string {
  return [
    describeToken(terminal, token),
    '',
    `  ${secret}`,
    '',
    "This is the token. It is not kept and can't be shown again. The base URL to enter with it, by what the client speaks:",
    '',
    ...Object.entries(baseUrls).map(([surface, url]) => `  ${surface.padEnd(10)} ${url}`),
    ...(publicUrl === undefined
      ? [
          '',
          'PUBLIC_URL is not set here: a client outside needs the public address in place of the one above.',
        ]
      : []),
  ].join('\n');
}

/** The day of a time in ISO 8601. */
export const dayOf = (time: string): string => time.slice(0, 10);

const describeReach = ({ scopes, user }: AccessToken): string =>
  user === null ? describeAccess(scopes) : `${describeAccess(scopes)} of user ${user} alone`;

/** Whether a credential is in force, and for how long. */
export function describeState(
  { revoked, expires, daysLeft }: Pick<AccessToken, 'revoked' | 'expires' | 'daysLeft'>,
  show: (time: string) => string,
): Cell {
  if (revoked !== null) return { text: `revoked ${show(revoked)}`, colour: 'red' };
  if (expires === null || daysLeft === null) return { text: 'valid, never expires', colour: 'green' };
  if (Date.parse(expires) <= Date.now()) return { text: `expired ${show(expires)}`, colour: 'red' };
  const left = daysLeft === 1 ? '1 day left' : `${daysLeft} days left`;
  const colour = daysLeft <= SOON_DAYS ? 'yellow' : 'green';
  return { text: `valid until ${show(expires)}, ${left}`, colour };
}

/** When a credential was last used, and by what. */
export function describeUse({ lastUsed, client }: Pick<AccessToken, 'lastUsed' | 'client'>): string {
  if (lastUsed === null) return 'none';
  const minute = `${lastUsed.slice(0, 16).replace('T', ' ')} UTC`;
  return client === null ? minute : `${minute} by ${client}`;
}
