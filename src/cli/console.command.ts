import { type Command } from 'commander';
import { originOf } from '../config/origin.js';
import { readSettings } from '../config/read-settings.js';
import { isOwnMachine } from '../startup/admin-token.js';
import { withExamples } from './examples.js';
import { nameOption } from './name-option.js';
import { type OutputOptions } from './output-options.js';
import { withAdministration } from './session.js';
import { printJson, type Terminal } from './terminal.js';

const MINUTE_MS = 60_000;
const OPERATOR_MINUTES = 10;
const COMPANY_MINUTES = 24 * 60;

const NO_ADMIN_API =
  'ADMIN_TOKEN is not set here. Where it is not set for the server either, there is no console, and the link leads nowhere.';

interface LinkOptions extends OutputOptions {
  readonly company?: string;
  readonly name?: string;
}

/** Adds `console link`. */
export function addConsoleCommands(program: Command, terminal: Terminal): void {
  const console = program
    .command('console')
    .description('the console, in which people see and do this in a browser');

  withExamples(console.command('link'), 'console link', "console link --company acme-eu --name 'Acme, IT'")
    .description(
      'make a link that signs in to the console, once: an operator within ten minutes or, with --company, an administrator of that company within a day',
    )
    .option('--company <company>', 'the company that it lets somebody administer, and nothing else')
    .addOption(nameOption('for whom it is'))
    .option('--json', 'print JSON')
    .action(async ({ company, name, json }: LinkOptions) => {
      const settings = readSettings(terminal.environment);
      const minutes = company === undefined ? OPERATOR_MINUTES : COMPANY_MINUTES;
      const { signInUrl } = await import('../administration/console/sign-in-url.js');
      const { secret, ...link } = await withAdministration(settings, ({ consoleLinks }) =>
        consoleLinks.issue({ company, name: name ?? 'command line', lifetime: minutes * MINUTE_MS }),
      );
      if (settings.adminToken === undefined && !isOwnMachine(settings)) terminal.error(NO_ADMIN_API);
      const url = signInUrl(originOf(settings, settings.port), secret);
      if (json) return terminal.out(printJson({ ...link, url }));
      const whom = link.company === null ? 'an operator' : `an administrator of ${link.company.slug}`;
      terminal.out(`This link signs ${whom} in, once, until ${link.expires}:\n\n  ${url}\n`);
    });
}
