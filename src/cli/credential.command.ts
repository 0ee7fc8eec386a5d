import { commandOf } from '../config/command.js';
import { type Command, Option } from 'commander';
import { type AdminCredential } from '../administration/admin-credentials.js';
import { type CredentialState } from '../administration/credential-administration.js';
import { PLATFORM_SCOPES, type PlatformScope } from '../access/platform-credentials.store.js';
import { type PlatformCredential } from '../administration/platform-credentials.js';
import { readSettings } from '../config/read-settings.js';
import { withExamples } from './examples.js';
import { nameOption } from './name-option.js';
import { withAdministration } from './session.js';
import { type OutputOptions } from './output-options.js';
import { type Cell, printJson, printProperties, printTable, type Terminal } from './terminal.js';
import { describeState, describeUse } from './token-text.js';
import { type Expiry, newExpiresOption } from './token-options.js';

interface IssueOptions extends OutputOptions {
  readonly name: string;
  readonly expires: Expiry;
}

/** Adds `admin issue|list|revoke`. */
export function addAdminCommands(program: Command, terminal: Terminal): void {
  const admin = program
    .command('admin')
    .description('credentials of the admin API, which does what this command does');

  withExamples(
    admin.command('issue'),
    'admin issue --name console --scope admin:read',
    "admin issue --name 'Acme, IT' --scope admin:acme-eu --expires 90",
  )
    .description('make a credential; it is shown this once')
    .addOption(nameOption('what it is for').makeOptionMandatory())
    .requiredOption(
      '--scope <scope...>',
      'admin:write for all, admin:read to look at all, or admin:<company> for one company',
    )
    .addOption(newExpiresOption())
    .option('--json', 'print JSON')
    .action(async ({ name, scope, expires, json }: IssueOptions & { readonly scope: string[] }) => {
      const settings = readSettings(terminal.environment);
      const made = await withAdministration(settings, ({ adminCredentials }) =>
        adminCredentials.issue({ name, scopes: scope, expires: expires.at }),
      );
      printNew(terminal, made, made.scopes, json);
    });

  addListCommand(admin, terminal, async (settings) =>
    (await withAdministration(settings, ({ adminCredentials }) => adminCredentials.list())).map(
      (found): Listed<AdminCredential> => [found, found.scopes.join(' ')],
    ),
  );
  addRevokeCommand(admin, terminal, async (settings, id) => {
    const revoked = await withAdministration(settings, ({ adminCredentials }) => adminCredentials.revoke(id));
    return [revoked, revoked.scopes.join(' ')];
  });
}

interface PlatformIssueOptions extends IssueOptions {
  readonly scope: PlatformScope[];
  readonly company?: string[];
  readonly allCompanies?: true;
}

/** Adds `platform issue|list|revoke`. */
export function addPlatformCommands(program: Command, terminal: Terminal): void {
  const platform = program
    .command('platform')
    .description('credentials of platforms that read several companies');

  withExamples(
    platform.command('issue'),
    'platform issue --name sync --scope feed check --company acme-eu acme-us',
    'platform issue --name sync --scope feed --all-companies --expires never',
  )
    .description('make a credential; it is shown this once')
    .addOption(nameOption('what it is for').makeOptionMandatory())
    .addOption(
      new Option('--scope <scope...>', 'what it may read').choices(PLATFORM_SCOPES).makeOptionMandatory(),
    )
    .addOption(new Option('--company <company...>', 'the companies that it is for').conflicts('allCompanies'))
    .option('--all-companies', 'for all companies, those to come included')
    .addOption(newExpiresOption())
    .option('--json', 'print JSON')
    .action(async (options: PlatformIssueOptions, command: Command) => {
      const { name, scope, company, allCompanies, expires, json } = options;
      if (company === undefined && !allCompanies) {
        command.error('error: name companies by --company, or give --all-companies');
      }
      const settings = readSettings(terminal.environment);
      const made = await withAdministration(settings, ({ platformCredentials }) =>
        platformCredentials.issue({
          name,
          scopes: scope,
          companies: company ?? null,
          expires: expires.at,
        }),
      );
      printNew(terminal, made, reachOf(made), json);
    });

  addListCommand(platform, terminal, async (settings) =>
    (await withAdministration(settings, ({ platformCredentials }) => platformCredentials.list())).map(
      (found): Listed<PlatformCredential> => [found, reachOf(found).join(' ')],
    ),
  );
  addRevokeCommand(platform, terminal, async (settings, id) => {
    const work = withAdministration(settings, ({ platformCredentials }) => platformCredentials.revoke(id));
    const revoked = await work;
    return [revoked, reachOf(revoked).join(' ')];
  });
}

/** A credential, and what it reaches. */
type Listed<C extends CredentialState> = readonly [credential: C, reach: string];

type Settings = ReturnType<typeof readSettings>;

function addListCommand(
  group: Command,
  terminal: Terminal,
  list: (settings: Settings) => Promise<readonly Listed<CredentialState>[]>,
): void {
  withExamples(group.command('list'), `${group.name()} list`, `${group.name()} list --json`)
    .description('list the credentials with their last use and the days left, revoked ones too')
    .option('--json', 'print JSON')
    .action(async ({ json }: OutputOptions) => {
      const found = await list(readSettings(terminal.environment));
      if (json) terminal.out(printJson(found.map(([credential]) => credential)));
      else if (found.length === 0)
        terminal.out(`No credential yet; make one: ${commandOf(`${group.name()} issue`)}`);
      else {
        const rows = found.map(([credential, reach]): readonly Cell[] => [
          credential.id,
          credential.name,
          reach,
          describeState(credential, (time) => time.slice(0, 10)),
          describeUse(credential),
        ]);
        terminal.out(printTable(terminal, ['Id', 'Name', 'Scopes', 'State', 'Last use'], rows));
      }
    });
}

function addRevokeCommand(
  group: Command,
  terminal: Terminal,
  revoke: (settings: Settings, id: string) => Promise<Listed<CredentialState>>,
): void {
  withExamples(group.command('revoke <id>'), `${group.name()} revoke 3`)
    .description('end a credential: its next request is refused')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: OutputOptions) => {
      const [revoked, reach] = await revoke(readSettings(terminal.environment), id);
      terminal.out(json ? printJson(revoked) : describe(terminal, revoked, reach));
    });
}

function printNew(
  terminal: Terminal,
  made: CredentialState & { readonly secret: string },
  reach: readonly string[],
  json: true | undefined,
): void {
  if (json) return terminal.out(printJson(made));
  const { secret, ...shown } = made;
  terminal.out(
    [
      describe(terminal, shown, reach.join(' ')),
      '',
      `  ${secret}`,
      '',
      "This is the credential. It is not kept and can't be shown again.",
    ].join('\n'),
  );
}

const describe = (terminal: Terminal, credential: CredentialState, reach: string): string =>
  printProperties(terminal, {
    Id: credential.id,
    Name: credential.name,
    Scopes: reach,
    Created: credential.created,
    State: describeState(credential, (time) => time),
    'Last use': describeUse(credential),
  });

const reachOf = ({ scopes, companies }: PlatformCredential): readonly string[] => [
  ...scopes,
  companies === null ? 'of all companies' : `of ${companies.map(({ slug }) => slug).join(', ')}`,
];
