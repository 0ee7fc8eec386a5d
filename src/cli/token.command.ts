import { type Command, Option } from 'commander';
import { type AccessScope } from '../access/credential.js';
import { readSettings } from '../config/read-settings.js';
import { type AccessToken } from '../administration/company-administration.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { nameOption } from './company.command.js';
import { DEFAULT_LIFETIME, parseExpiry } from './expiry.js';
import { withAdministration } from './session.js';
import { printJson, printProperties, printTable, type Terminal } from './terminal.js';

interface OutputOptions {
  readonly json?: true;
}

interface IssueOptions extends OutputOptions {
  readonly name: string;
  readonly dialect: Dialect;
  readonly readOnly?: true;
  readonly user?: string;
  // An object, since Commander would treat null as an option without a value.
  readonly expires: { readonly at: Date | null };
}

interface UpdateOptions extends OutputOptions {
  readonly name?: string;
  readonly dialect?: Dialect;
}

export const READ_ONLY: readonly AccessScope[] = ['scim:read'];
export const READ_WRITE: readonly AccessScope[] = ['scim:read', 'scim:write'];

/** Adds `token issue|list|update|revoke`. */
export function addTokenCommands(program: Command, terminal: Terminal): void {
  const token = program
    .command('token')
    .description('bearer tokens: what an identity provider or a service shows to act for its company');
  const print = (options: OutputOptions, found: AccessToken): void =>
    terminal.out(options.json ? printJson(found) : describeToken(found));

  addIssueCommand(token, terminal);
  token
    .command('list <company>')
    .description('list the tokens of a company, revoked ones too')
    .option('--json', 'print JSON')
    .action(async (company: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const found = await withAdministration(settings, (companies) => companies.listTokens(company));
      terminal.out(options.json ? printJson(found) : listTokens(found));
    });

  token
    .command('update <company> <id>')
    .description('change name or dialect; the token itself stays valid')
    .addOption(nameOption('what the token is for'))
    .addOption(dialectOption())
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, options: UpdateOptions, command: Command) => {
      const { name, dialect } = options;
      if (name === undefined && dialect === undefined) {
        command.error('error: nothing to change: give --name or --dialect');
      }
      const changes = { ...(name !== undefined && { name }), ...(dialect !== undefined && { dialect }) };
      const settings = readSettings(terminal.environment);
      print(
        options,
        await withAdministration(settings, (companies) => companies.updateToken(company, id, changes)),
      );
    });

  token
    .command('revoke <company> <id>')
    .description('end a token: its next request is refused')
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      print(options, await withAdministration(settings, (companies) => companies.revokeToken(company, id)));
    });
}

function addIssueCommand(token: Command, terminal: Terminal): void {
  token
    .command('issue <company>')
    .description('make a token; it is shown this once')
    .addOption(nameOption('what the token is for').default('token'))
    .addOption(dialectOption().default('lenient'))
    .option('--read-only', 'refuse every write made with it')
    .option('--user <userName or id>', 'make it stand for this user: it opens /Me alone')
    .addOption(
      new Option(
        '--expires <when>',
        'days from now, a date YYYY-MM-DD (from its first moment, UTC), or never',
      )
        .argParser((text: string) => ({ at: parseExpiry(text, new Date()) }))
        .default({ at: parseExpiry(DEFAULT_LIFETIME, new Date()) }, `${DEFAULT_LIFETIME} days`),
    )
    .option('--json', 'print JSON')
    .action(async (company: string, options: IssueOptions) => {
      const { name, dialect, expires, user } = options;
      const scopes = options.readOnly ? READ_ONLY : READ_WRITE;
      const settings = readSettings(terminal.environment);
      const issued = await withAdministration(settings, (companies) =>
        companies.issueToken(company, {
          name,
          dialect,
          scopes,
          expires: expires.at,
          ...(user !== undefined && { user }),
        }),
      );
      const { secret, ...shown } = issued;
      terminal.out(
        options.json
          ? printJson(issued)
          : `${describeToken(shown)}\n\n  ${secret}\n\nThis is the token. It is not kept and can't be shown again.`,
      );
    });
}

/** The option `--dialect lenient|strict`. */
export const dialectOption = (): Option =>
  new Option(
    '--dialect <dialect>',
    'lenient reads what identity providers really send; strict is the RFC to the letter',
  ).choices(['lenient', 'strict']);

/** Describes scopes in words. */
export const describeAccess = (scopes: readonly AccessScope[]): string =>
  scopes.includes('scim:write') ? 'read and write' : 'read only';

const describeReach = ({ scopes, user }: AccessToken): string =>
  user === null ? describeAccess(scopes) : `${describeAccess(scopes)} of user ${user} alone`;

function describeState({ revoked, expires }: AccessToken): string {
  if (revoked !== null) return `revoked ${revoked}`;
  if (expires === null) return 'valid, never expires';
  return Date.parse(expires) > Date.now() ? `valid until ${expires}` : `expired ${expires}`;
}

const describeToken = (token: AccessToken): string =>
  printProperties({
    Id: token.id,
    Name: token.name,
    Dialect: token.dialect,
    Access: describeReach(token),
    Created: token.created,
    State: describeState(token),
  });

function listTokens(tokens: readonly AccessToken[]): string {
  if (tokens.length === 0) return 'No token yet; make one: token issue <company>';
  return printTable(
    ['Id', 'Name', 'Dialect', 'Access', 'State', 'Created'],
    tokens.map((token) => [
      token.id,
      token.name,
      token.dialect,
      describeReach(token),
      describeState(token),
      token.created,
    ]),
  );
}
