import { type Command, InvalidArgumentError, Option } from 'commander';
import { readSettings } from '../config/read-settings.js';
import { type Company } from '../administration/company-administration.js';
import { withAdministration } from './session.js';
import { printJson, printProperties, printTable, type Terminal } from './terminal.js';

interface OutputOptions {
  readonly json?: true;
}

interface SetOptions extends OutputOptions {
  readonly name?: string;
  readonly duplicateGroupNames?: 'true' | 'false';
  readonly unknownMembers?: 'reject' | 'ignore';
}

/** Adds `company create|list|show|set`. */
export function addCompanyCommands(program: Command, terminal: Terminal): void {
  const company = program.command('company').description('companies: each sees nothing of the others');
  const print = (options: OutputOptions, found: Company): void =>
    terminal.out(options.json ? printJson(found) : describeCompany(found));

  company
    .command('create <slug>')
    .description('make a company; its slug, such as acme-eu, stays for good')
    .addOption(nameOption('name for people; default: the slug'))
    .option('--json', 'print JSON')
    .action(async (slug: string, options: OutputOptions & { name?: string }) => {
      const settings = readSettings(terminal.environment);
      print(
        options,
        await withAdministration(settings, (companies) =>
          companies.createCompany(slug, options.name ?? slug),
        ),
      );
    });

  company
    .command('list')
    .description('list all companies')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const found = await withAdministration(settings, (companies) => companies.listCompanies());
      terminal.out(options.json ? printJson(found) : listCompanies(found));
    });

  company
    .command('show <slug>')
    .description('show one company and its settings')
    .option('--json', 'print JSON')
    .action(async (slug: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      print(options, await withAdministration(settings, (companies) => companies.showCompany(slug)));
    });

  addSetCommand(company, terminal, print);
}

function addSetCommand(
  company: Command,
  terminal: Terminal,
  print: (options: OutputOptions, found: Company) => void,
): void {
  company
    .command('set <slug>')
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
    .option('--json', 'print JSON')
    .action(async (slug: string, options: SetOptions, command: Command) => {
      const changes = {
        ...(options.name !== undefined && { name: options.name }),
        ...(options.duplicateGroupNames && { duplicateGroupNames: options.duplicateGroupNames === 'true' }),
        ...(options.unknownMembers && { unknownMembers: options.unknownMembers }),
      };
      if (Object.keys(changes).length === 0) {
        command.error('error: nothing to change: give --name, --duplicate-group-names or --unknown-members');
      }
      const settings = readSettings(terminal.environment);
      print(options, await withAdministration(settings, (companies) => companies.setCompany(slug, changes)));
    });
}

/** The option `--name <text>`, whose value may not be empty. */
export function nameOption(description: string): Option {
  return new Option('--name <text>', description).argParser((text: string) => {
    if (text.trim() === '') throw new InvalidArgumentError('a name is not empty');
    return text;
  });
}

const describeCompany = ({ slug, name, created, settings, users, groups }: Company): string =>
  printProperties({
    Slug: slug,
    Name: name,
    Created: created,
    Users: String(users),
    Groups: String(groups),
    'Duplicate group names': settings.duplicateGroupNames ? 'allowed' : 'refused',
    'Unknown members': settings.unknownMembers,
  });

function listCompanies(companies: readonly Company[]): string {
  if (companies.length === 0) return 'No company yet; make one: company create <slug>';
  return printTable(
    ['Slug', 'Name', 'Users', 'Groups', 'Created'],
    companies.map(({ slug, name, users, groups, created }) => [
      slug,
      name,
      String(users),
      String(groups),
      created,
    ]),
  );
}
