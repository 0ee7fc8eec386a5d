import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { readSettings } from '../config/read-settings.js';
import { AdministrationError } from '../administration/company-administration.js';
import { type Issuer, type NewIssuer } from '../administration/issuer-administration.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { nameOption } from './company.command.js';
import { withIssuers } from './session.js';
import { printJson, printProperties, printTable, type Terminal } from './terminal.js';
import { describeAccess, dialectOption, READ_ONLY, READ_WRITE } from './token.command.js';

interface OutputOptions {
  readonly json?: true;
}

interface AddOptions extends OutputOptions {
  readonly deployment?: true;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl?: string;
  readonly jwksFile?: string;
  readonly scope?: string;
  readonly companyClaim?: string;
  readonly dialect: Dialect;
  readonly readOnly?: true;
  readonly name?: string;
}

/** Adds `issuer add|list|remove`. */
export function addIssuerCommands(program: Command, terminal: Terminal): void {
  const issuer = program
    .command('issuer')
    .description('services whose signed tokens (JWT) are accepted beside tokens of our own');
  const print = (options: OutputOptions, found: Issuer): void =>
    terminal.out(options.json ? printJson(found) : describeIssuer(found));

  addAddCommand(issuer, terminal, print);
  issuer
    .command('list [company]')
    .description('list the issuers of a company, or all, removed ones too')
    .option('--json', 'print JSON')
    .action(async (company: string | undefined, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const found = await withIssuers(settings, (issuers) => issuers.listIssuers(company));
      terminal.out(options.json ? printJson(found) : listIssuers(found));
    });

  issuer
    .command('remove <id>')
    .description('end an issuer: the next request with a token of it is refused')
    .option('--json', 'print JSON')
    .action(async (id: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      print(options, await withIssuers(settings, (issuers) => issuers.removeIssuer(id)));
    });
}

function addAddCommand(
  issuer: Command,
  terminal: Terminal,
  print: (options: OutputOptions, found: Issuer) => void,
): void {
  issuer
    .command('add [company]')
    .description('accept the tokens of an issuer, for one company or for the one that a claim names')
    .option('--deployment', 'for all companies: a claim of each token names its own')
    .requiredOption('--issuer <iss>', 'the claim iss of its tokens, character for character')
    .requiredOption('--audience <aud>', 'what their claim aud has to name')
    .addOption(new Option('--jwks-url <url>', 'where its keys are published').conflicts('jwksFile'))
    .option('--jwks-file <file>', 'its public keys, as a JSON Web Key Set')
    .option('--scope <scope>', 'a scope that each token has to carry')
    .option(
      '--company-claim <claim>',
      'with --deployment: the claim that holds the slug or id of the company',
    )
    .addOption(dialectOption().default('lenient'))
    .option('--read-only', 'refuse every write made with its tokens')
    .addOption(nameOption('name for people; default: the issuer'))
    .option('--json', 'print JSON')
    .action(async (company: string | undefined, options: AddOptions, command: Command) => {
      const added = {
        name: options.name ?? options.issuer,
        company: readCompany(company, options, command),
        issuer: options.issuer,
        audience: options.audience,
        keys: await readKeys(options, command),
        requiredScope: options.scope ?? null,
        dialect: options.dialect,
        scopes: options.readOnly ? READ_ONLY : READ_WRITE,
      } satisfies NewIssuer;
      const settings = readSettings(terminal.environment);
      print(options, await withIssuers(settings, (issuers) => issuers.addIssuer(added)));
    });
}

function readCompany(
  company: string | undefined,
  { deployment, companyClaim }: AddOptions,
  command: Command,
): NewIssuer['company'] {
  if ((company !== undefined) === (deployment === true)) {
    command.error('error: name either a company or --deployment');
  }
  if (company === undefined) {
    if (!companyClaim) command.error('error: --deployment needs --company-claim');
    return { claim: companyClaim };
  }
  if (companyClaim !== undefined) {
    command.error(
      'error: --company-claim goes with --deployment; a company stands for all tokens of its issuer',
    );
  }
  return { slug: company };
}

async function readKeys({ jwksUrl, jwksFile }: AddOptions, command: Command): Promise<NewIssuer['keys']> {
  if (jwksUrl !== undefined) return { url: jwksUrl };
  if (jwksFile === undefined) command.error('error: give --jwks-url or --jwks-file');
  try {
    return { text: await readFile(jwksFile, 'utf8') };
  } catch (error) {
    throw new AdministrationError(`The key set can't be read: ${(error as Error).message}`);
  }
}

const describeCompany = ({ company, companyClaim }: Issuer): string => company ?? `by claim ${companyClaim}`;
const describeKeys = ({ jwksUrl, keyIds }: Issuer): string => jwksUrl ?? `kept here: ${keyIds?.join(', ')}`;
const describeState = ({ revoked }: Issuer): string => (revoked === null ? 'accepted' : `removed ${revoked}`);

const describeIssuer = (issuer: Issuer): string =>
  printProperties({
    Id: issuer.id,
    Name: issuer.name,
    Company: describeCompany(issuer),
    Issuer: issuer.issuer,
    Audience: issuer.audience,
    Keys: describeKeys(issuer),
    'Required scope': issuer.requiredScope ?? 'none',
    Dialect: issuer.dialect,
    Access: describeAccess(issuer.scopes),
    Created: issuer.created,
    State: describeState(issuer),
  });

function listIssuers(issuers: readonly Issuer[]): string {
  if (issuers.length === 0) return 'No issuer yet; accept one: issuer add <company>';
  return printTable(
    ['Id', 'Name', 'Company', 'Issuer', 'Audience', 'Dialect', 'Access', 'State'],
    issuers.map((issuer) => [
      issuer.id,
      issuer.name,
      describeCompany(issuer),
      issuer.issuer,
      issuer.audience,
      issuer.dialect,
      describeAccess(issuer.scopes),
      describeState(issuer),
    ]),
  );
}
