import { commandOf } from '../config/command.js';
import {
  type ClientSecret,
  type FederatedCredential,
  type LastUse,
  type OauthClient,
} from '../administration/oauth-client.js';
import { type Settings } from '../config/settings.js';
import { baseUrlsOf, tokenUrlOf } from './base-urls.js';
import { type Cell, printProperties, printTable, type Terminal } from './terminal.js';
import { describeAccess } from './token-options.js';
import { dayOf, describeState, describeUse } from './token-text.js';

/** A client for people, with its secrets and federated credentials. */
export function describeClient(terminal: Terminal, client: OauthClient): string {
  const { secrets, federatedCredentials: federated } = client;
  return [
    printProperties(terminal, {
      'Client id': client.id,
      Name: client.name,
      Dialect: client.dialect,
      Access: describeAccess(client.scopes),
      Created: client.created,
      State: stateOf(client, (time) => time),
      'Last use': useOf(client),
    }),
    ...(secrets.length === 0 ? [] : ['', listSecrets(terminal, secrets)]),
    ...(federated.length === 0 ? [] : ['', listFederated(terminal, federated)]),
  ].join('\n');
}

/** Clients for people, a line each. */
export function listClients(terminal: Terminal, clients: readonly OauthClient[]): string {
  if (clients.length === 0) return `No client yet; make one: ${commandOf('client create <company>')}`;
  return printTable(
    terminal,
    ['Client id', 'Name', 'Access', 'State', 'Credentials', 'Last use'],
    clients.map((client) => [
      client.id,
      client.name,
      describeAccess(client.scopes),
      stateOf(client, dayOf),
      credentialsOf(client),
      useOf(client),
    ]),
  );
}

/** What has to be entered at the client beside its id and secret. */
export function describeAddresses(settings: Settings, slug: string): string {
  const baseUrls = Object.entries(baseUrlsOf(settings, slug, null));
  return [
    'The token endpoint, and the base URL by what the client speaks:',
    '',
    `  ${'token'.padEnd(10)} ${tokenUrlOf(settings)}`,
    ...baseUrls.map(([surface, url]) => `  ${surface.padEnd(10)} ${url}`),
    ...(settings.publicUrl === undefined
      ? ['', 'PUBLIC_URL is not set: put the address there by which clients come.']
      : []),
  ].join('\n');
}

/** What a client without a secret lacks. */
export const describeNextStep = (slug: string, id: string): string =>
  `It can't sign in yet. Say whose assertions stand for it, in one line:\n\n  ${commandOf(
    `client federation add ${slug} ${id} --tenant <tenant id> --subject <subject> --audience <audience>`,
  )}`;

/** A secret that was just made, with its text. */
export const describeNewSecret = (terminal: Terminal, secret: ClientSecret, text: string): string =>
  [
    listSecrets(terminal, [secret]),
    '',
    `  ${text}`,
    '',
    "This is the client secret. It is not kept and can't be shown again.",
  ].join('\n');

export const listSecrets = (terminal: Terminal, secrets: readonly ClientSecret[]): string =>
  printTable(
    terminal,
    ['Secret', 'Created', 'State', 'Last use'],
    secrets.map((secret) => [secret.id, dayOf(secret.created), describeState(secret, dayOf), useOf(secret)]),
  );

export const listFederated = (terminal: Terminal, credentials: readonly FederatedCredential[]): string =>
  credentials
    .map((credential) =>
      printProperties(terminal, {
        Federation: credential.id,
        Issuer: credential.issuer ?? 'the client itself',
        Subject: credential.subject ?? 'the client id',
        Tenant: credential.tenant ?? 'none',
        Audiences: credential.issuer === null ? 'this server' : credential.audiences.join(' '),
        Keys: credential.jwksUrl ?? `kept here: ${credential.keyIds?.join(', ')}`,
        'Last use': useOf(credential),
      }),
    )
    .join('\n');

const useOf = ({ lastUsed, userAgent }: LastUse): string => describeUse({ lastUsed, client: userAgent });

const stateOf = ({ disabled }: OauthClient, show: (time: string) => string): Cell =>
  disabled === null
    ? { text: 'active', colour: 'green' }
    : { text: `disabled ${show(disabled)}`, colour: 'red' };

/** How many secrets are in force and when the last of them ends, and how many issuers are trusted. */
function credentialsOf({ secrets, federatedCredentials }: OauthClient): string {
  const ends = secrets
    .filter(({ revoked, daysLeft }) => revoked === null && daysLeft > 0)
    .map(({ expires }) => dayOf(expires))
    .sort();
  const said = [
    ...(ends.length === 0 ? [] : [`${counted(ends.length, 'secret')}, until ${ends.at(-1)}`]),
    ...(federatedCredentials.length === 0 ? [] : [counted(federatedCredentials.length, 'federation')]),
  ];
  return said.length === 0 ? 'none' : said.join('; ');
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
