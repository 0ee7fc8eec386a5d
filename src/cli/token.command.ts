import { type Command } from 'commander';
import { type AccessToken, type NewToken } from '../administration/token-administration.js';
import { readSettings } from '../config/read-settings.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { baseUrlsOf } from './base-urls.js';
import { withExamples } from './examples.js';
import { nameOption } from './name-option.js';
import { withAdministration } from './session.js';
import { type OutputOptions, refuseNoChange } from './output-options.js';
import { printJson, type Terminal } from './terminal.js';
import {
  dialectOption,
  type Expiry,
  expiresOption,
  newExpiresOption,
  READ_ONLY,
  READ_WRITE,
} from './token-options.js';
import { addRenewCommand } from './token-renew.command.js';
import { describeNewToken, describeToken, listTokens } from './token-text.js';

interface IssueOptions extends OutputOptions {
  readonly name: string;
  readonly dialect: Dialect;
  readonly readOnly?: true;
  readonly user?: string;
  readonly expires: Expiry;
}

interface UpdateOptions extends OutputOptions {
  readonly name?: string;
  readonly dialect?: Dialect;
  readonly expires?: Expiry;
}

/** Adds `token issue|list|update|renew|revoke`. */
export function addTokenCommands(program: Command, terminal: Terminal): void {
  const token = program
    .command('token')
    .description('bearer tokens: what an identity provider or a service shows to act for its company');
  const print = (options: OutputOptions, found: AccessToken): void =>
    terminal.out(options.json ? printJson(found) : describeToken(terminal, found));

  addIssueCommand(token, terminal);
  withExamples(token.command('list <company>'), 'token list acme-eu', 'token list acme-eu --json')
    .description('list the tokens of a company with their last use and the days left, revoked ones too')
    .option('--json', 'print JSON')
    .action(async (company: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const found = await withAdministration(settings, ({ tokens }) => tokens.listTokens(company));
      terminal.out(options.json ? printJson(found) : listTokens(terminal, found));
    });

  addUpdateCommand(token, terminal, print);
  addRenewCommand(token, terminal);
  withExamples(token.command('revoke <company> <id>'), 'token revoke acme-eu 3')
    .description('end a token: its next request is refused')
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      print(options, await withAdministration(settings, ({ tokens }) => tokens.revokeToken(company, id)));
    });
}

function addUpdateCommand(
  token: Command,
  terminal: Terminal,
  print: (options: OutputOptions, found: AccessToken) => void,
): void {
  withExamples(
    token.command('update <company> <id>'),
    "token update acme-eu 3 --name 'Entra ID'",
    'token update acme-eu 3 --expires 2030-01-31',
  )
    .description('change name, dialect or end; the text of the token stays the same')
    .addOption(nameOption('what the token is for'))
    .addOption(dialectOption())
    .addOption(expiresOption())
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, options: UpdateOptions, command: Command) => {
      const { name, dialect, expires } = options;
      const changes = {
        ...(name !== undefined && { name }),
        ...(dialect !== undefined && { dialect }),
        ...(expires !== undefined && { expires: expires.at }),
      };
      if (Object.keys(changes).length === 0) refuseNoChange(command);
      const settings = readSettings(terminal.environment);
      print(
        options,
        await withAdministration(settings, ({ tokens }) => tokens.updateToken(company, id, changes)),
      );
    });
}

function addIssueCommand(token: Command, terminal: Terminal): void {
  withExamples(
    token.command('issue <company>'),
    "token issue acme-eu --name 'Entra ID'",
    'token issue acme-eu --name audit --read-only --expires 90',
    'token issue acme-eu --user ada@acme.example --expires 2030-01-31',
  )
    .description('make a token; it is shown this once')
    .addOption(nameOption('what the token is for').default('token'))
    .addOption(dialectOption().default('lenient'))
    .option('--read-only', 'refuse every write made with it')
    .option('--user <userName or id>', 'make it stand for this user: it opens /Me alone')
    .addOption(newExpiresOption())
    .option('--json', 'print JSON')
    .action(async (company: string, options: IssueOptions) => {
      const { name, dialect, expires, user } = options;
      const scopes = options.readOnly ? READ_ONLY : READ_WRITE;
      const made: NewToken = {
        name,
        dialect,
        scopes,
        expires: expires.at,
        ...(user !== undefined && { user }),
      };
      const settings = readSettings(terminal.environment);
      const issued = await withAdministration(settings, ({ tokens }) => tokens.issueToken(company, made));
      const { secret, ...shown } = issued;
      const baseUrls = baseUrlsOf(settings, company, issued.user);
      terminal.out(
        options.json
          ? printJson({ ...issued, baseUrls })
          : describeNewToken(terminal, shown, secret, baseUrls, settings),
      );
    });
}
