import { type Command, InvalidArgumentError, Option } from 'commander';
import { readSettings } from '../config/read-settings.js';
import { type Company } from '../administration/company.js';
import { addExportCommand } from './company-export.command.js';
import { addMoveCommand } from './company-move.command.js';
import { addLifecycleCommands } from './company-lifecycle.command.js';
import { describeCompany, listCompanies } from './company-text.js';
import { daysSetting } from './days.js';
import { withExamples } from './examples.js';
import { nameOption } from './name-option.js';
import { withAdministration } from './session.js';
import { type OutputOptions, refuseNoChange } from './output-options.js';
import { printJson, type Terminal } from './terminal.js';

const HOURS_OF_A_YEAR = 8760;
const MOST_A_SECOND = 1_000_000;

interface SetOptions extends OutputOptions {
  readonly name?: string;
  readonly duplicateGroupNames?: 'true' | 'false';
  readonly unknownMembers?: 'reject' | 'ignore';
  readonly uniqueExternalId?: 'on' | 'off';
  readonly journalRetention?: number;
  readonly journalValues?: 'on' | 'off';
  readonly recreate?: 'new' | 'restore';
  readonly reprovision?: 'reject' | 'restore';
  readonly rateLimit?: number | 'default';
  readonly silentAfter?: number | 'never';
}

/** Adds `company create|list|show|set`, and what {@link addLifecycleCommands} adds. */
export function addCompanyCommands(program: Command, terminal: Terminal): void {
  const company = program.command('company').description('companies: each sees nothing of the others');
  const print = (options: OutputOptions, found: Company): void =>
    terminal.out(options.json ? printJson(found) : describeCompany(terminal, found));

  withExamples(
    company.command('create <slug>'),
    'company create acme-eu',
    "company create acme-eu --name 'Acme Europe'",
  )
    .description('make a company; its slug, such as acme-eu, stays for good')
    .addOption(nameOption('name for people; default: the slug'))
    .option('--json', 'print JSON')
    .action(async (slug: string, options: OutputOptions & { name?: string }) => {
      const settings = readSettings(terminal.environment);
      print(
        options,
        await withAdministration(settings, ({ companies }) =>
          companies.createCompany(slug, options.name ?? slug),
        ),
      );
    });

  withExamples(company.command('list'), 'company list', 'company list --json')
    .description('list all companies')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const found = await withAdministration(settings, ({ companies }) => companies.listCompanies());
      terminal.out(options.json ? printJson(found) : listCompanies(terminal, found));
    });

  withExamples(company.command('show <slug>'), 'company show acme-eu')
    .description('show one company and its settings')
    .option('--json', 'print JSON')
    .action(async (slug: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      print(options, await withAdministration(settings, ({ companies }) => companies.showCompany(slug)));
    });

  addSetCommand(company, terminal, print);
  addLifecycleCommands(company, terminal);
  addExportCommand(company, terminal);
  addMoveCommand(company, terminal);
}

function addSetCommand(
  company: Command,
  terminal: Terminal,
  print: (options: OutputOptions, found: Company) => void,
): void {
  withExamples(
    company.command('set <slug>'),
    "company set acme-eu --name 'Acme Europe'",
    'company set acme-eu --unknown-members ignore',
  )
    .description("change a company's name or settings")
    .addOption(nameOption('name for people'))
    .addOption(
      new Option('--duplicate-group-names <allowed>', 'whether groups may share a name').choices([
        'true',
        'false',
      ]),
    )
    .addOption(
      new Option(
        '--unknown-members <what>',
        'reject a request that names an unknown member, or ignore the member',
      ).choices(['reject', 'ignore']),
    )
    .addOption(
      new Option(
        '--unique-external-id <switch>',
        'whether no two users may have one externalId, as Entra ID needs it to match them',
      ).choices(['on', 'off']),
    )
    .addOption(daysSetting('--journal-retention <days>', 'how long the journal keeps who did what'))
    .addOption(
      new Option(
        '--journal-values <switch>',
        'whether the journal keeps what was before and is after a change, and not only what was changed',
      ).choices(['on', 'off']),
    )
    .addOption(
      new Option(
        '--recreate <what>',
        'whether a POST of what was deleted makes a new user or group, or brings the deleted one back with its id',
      ).choices(['new', 'restore']),
    )
    .addOption(
      new Option(
        '--reprovision <what>',
        'whether a POST of a user who is inactive is refused with 409, or makes the user active',
      ).choices(['reject', 'restore']),
    )
    .addOption(
      new Option(
        '--rate-limit <requests>',
        'how many requests a second it may send; default: as RATE_LIMIT says',
      ).argParser(readRate),
    )
    .addOption(
      new Option(
        '--silent-after <hours>',
        'after how many hours without a request it is told that the company is silent, or never',
      ).argParser(readHours),
    )
    .option('--json', 'print JSON')
    .action(async (slug: string, options: SetOptions, command: Command) => {
      const changes = {
        ...(options.name !== undefined && { name: options.name }),
        ...(options.duplicateGroupNames && { duplicateGroupNames: options.duplicateGroupNames === 'true' }),
        ...(options.unknownMembers && { unknownMembers: options.unknownMembers }),
        ...(options.uniqueExternalId && { uniqueExternalId: options.uniqueExternalId === 'on' }),
        ...(options.journalRetention !== undefined && { journalRetentionDays: options.journalRetention }),
        ...(options.journalValues && { journalValues: options.journalValues === 'on' }),
        ...(options.recreate && { recreate: options.recreate }),
        ...(options.reprovision && { reprovision: options.reprovision }),
        ...(options.rateLimit !== undefined && {
          rateLimit: options.rateLimit === 'default' ? null : options.rateLimit,
        }),
        ...(options.silentAfter !== undefined && {
          silentAfterHours: options.silentAfter === 'never' ? null : options.silentAfter,
        }),
      };
      if (Object.keys(changes).length === 0) refuseNoChange(command);
      const settings = readSettings(terminal.environment);
      print(
        options,
        await withAdministration(settings, ({ companies }) => companies.setCompany(slug, changes)),
      );
    });
}

/** A number of hours, or `never`. */
function readHours(text: string): number | 'never' {
  if (text === 'never') return text;
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= HOURS_OF_A_YEAR) return Number(text);
  throw new InvalidArgumentError(`It is a whole number from 1 to ${HOURS_OF_A_YEAR}, or never.`);
}

/** A number of requests a second, or `default`. */
function readRate(text: string): number | 'default' {
  if (text === 'default') return text;
  if (/^[1-9]\d{0,6}$/.test(text) && Number(text) <= MOST_A_SECOND) return Number(text);
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MOST_A_SECOND}, or default.`);
}
