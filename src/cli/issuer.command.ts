import { commandOf } from '../config/command.js';
import { type Command, Option } from 'commander';
import { readSettings } from '../config/read-settings.js';
import { type Issuer, type NewIssuer } from '../administration/issuer-administration.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { withExamples } from './examples.js';
import { readKeyFile } from './key-file.js';
import { nameOption } from './name-option.js';
import { withAdministration } from './session.js';
import { type OutputOptions } from './output-options.js';
import { printJson, printProperties, printTable, type Terminal } from './terminal.js';
import { describeAccess, dialectOption, READ_ONLY, READ_WRITE } from './token-options.js';

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
    terminal.out(options.json ? printJson(found) : describeIssuer(terminal, found));

  addAddCommand(issuer, terminal, print);
  withExamples(issuer.command('list [company]'), 'issuer list', 'issuer list acme-eu --json')
    .description('list the issuers of a company, or all, removed ones too')
    .option('--json', 'print JSON')
    .action(async (company: string | undefined, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const found = await withAdministration(settings, ({ issuers }) => issuers.listIssuers(company));
      terminal.out(options.json ? printJson(found) : listIssuers(terminal, found));
    });

  withExamples(issuer.command('remove <id>'), 'issuer remove 3')
    .description('end an issuer: the next request with a token of it is refused')
    .option('--json', 'print JSON')
    .action(async (id: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      print(options, await withAdministration(settings, ({ issuers }) => issuers.removeIssuer(id)));
    });
}

function addAddCommand(
  issuer: Command,
  terminal: Terminal,
  print: (options: OutputOptions, found: Issuer) => void,
): void {
  withExamples(
    issuer.command('add [company]'),
    'issuer add acme-eu --issuer https://idp.example/ --audience rollcall --jwks-url https://idp.example/keys',
    'issuer add --deployment --company-claim tenant_id --issuer https://idp.example/ --audience rollcall --jwks-file keys.json',
  )
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
      print(options, await withAdministration(settings, ({ issuers }) => issuers.addIssuer(added)));
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
  return { text: await readKeyFile(jwksFile) };
}

const describeCompany = ({ company, companyClaim }: Issuer): string => company ?? `by claim ${companyClaim}`;
const describeKeys = ({ jwksUrl, keyIds }: Issuer): string => jwksUrl ?? `kept here: ${keyIds?.join(', ')}`;
const describeState = ({ revoked }: Issuer): string => (revoked === null ? 'accepted' : `removed ${revoked}`);

const describeIssuer = (terminal: Terminal, issuer: Issuer): string =>
  printProperties(terminal, {
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

function listIssuers(terminal: Terminal, issuers: readonly Issuer[]): string {
  if (issuers.length === 0) return `No issuer yet; accept one: ${commandOf('issuer add <company>')}`;
  return printTable(
    terminal,
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
