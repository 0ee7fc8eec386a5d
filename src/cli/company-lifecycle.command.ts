import { type Command } from 'commander';
import { type Administration } from '../administration/administration.js';
import { AdministrationError } from '../administration/administration.error.js';
import { DEFAULT_PAUSE, LONGEST_PAUSE } from '../administration/pause.js';
import { type Company } from '../administration/company.js';
import { JOB_FAILS, JOB_GOES_ON, WRITES_FAIL } from '../administration/notices.js';
import { readSettings } from '../config/read-settings.js';
import { describeCompany } from './company-text.js';
import { daysOption, minutesOption } from './days.js';
import { withExamples } from './examples.js';
import { withAdministration } from './session.js';
import { type OutputOptions } from './output-options.js';
import { printJson, type Terminal } from './terminal.js';

interface DeleteOptions extends OutputOptions {
  readonly grace: number;
  readonly yes?: true;
}

const DEFAULT_GRACE = 30;

/** Adds `company suspend|resume|pause|unpause|delete|restore|purge`. */
export function addLifecycleCommands(company: Command, terminal: Terminal): void {
  const change = async (
    options: OutputOptions,
    hint: string,
    work: (administration: Administration) => Promise<Company>,
  ): Promise<void> => {
    const found = await withAdministration(readSettings(terminal.environment), work);
    terminal.out(options.json ? printJson(found) : `${describeCompany(terminal, found)}\n${hint}`);
  };

  withExamples(company.command('suspend <slug>'), 'company suspend acme-eu')
    .description('refuse every request of a company, reads too, from the next one on')
    .option('--json', 'print JSON')
    .action((slug: string, options: OutputOptions) =>
      change(options, JOB_FAILS, ({ lifecycle }) => lifecycle.suspendCompany(slug)),
    );

  withExamples(company.command('resume <slug>'), 'company resume acme-eu')
    .description('end a suspension')
    .option('--json', 'print JSON')
    .action((slug: string, options: OutputOptions) =>
      change(options, JOB_GOES_ON, ({ lifecycle }) => lifecycle.resumeCompany(slug)),
    );

  withExamples(company.command('pause <slug>'), 'company pause acme-eu', 'company pause acme-eu --for 30m')
    .description('refuse the writes of a company for a time; reads go on')
    .addOption(minutesOption('--for <time>', 'how long, in minutes or hours', DEFAULT_PAUSE, LONGEST_PAUSE))
    .option('--json', 'print JSON')
    .action((slug: string, options: OutputOptions & { readonly for: number }) =>
      change(options, WRITES_FAIL, ({ lifecycle }) => lifecycle.pauseCompany(slug, options.for)),
    );

  withExamples(company.command('unpause <slug>'), 'company unpause acme-eu')
    .description('end a pause before its time')
    .option('--json', 'print JSON')
    .action((slug: string, options: OutputOptions) =>
      change(options, JOB_GOES_ON, ({ lifecycle }) => lifecycle.unpauseCompany(slug)),
    );

  withExamples(
    company.command('delete <slug>'),
    'company delete acme-eu',
    'company delete acme-eu --grace 90d --yes',
  )
    .description('suspend a company, and remove it with all its data after a time')
    .addOption(daysOption('--grace <days>', 'how long it can be brought back', DEFAULT_GRACE))
    .option('--yes', 'do not ask for the slug')
    .option('--json', 'print JSON')
    .action(async (slug: string, options: DeleteOptions) => {
      if (!options.yes) await confirm(slug, terminal);
      await change(options, JOB_FAILS, ({ lifecycle }) => lifecycle.deleteCompany(slug, options.grace));
    });

  withExamples(company.command('restore <slug>'), 'company restore acme-eu')
    .description('bring a deleted company back, before its time is over')
    .option('--json', 'print JSON')
    .action((slug: string, options: OutputOptions) =>
      change(options, JOB_GOES_ON, ({ lifecycle }) => lifecycle.restoreCompany(slug)),
    );

  addPurgeCommand(company, terminal);
}

function addPurgeCommand(company: Command, terminal: Terminal): void {
  withExamples(company.command('purge [slug]'), 'company purge', 'company purge acme-eu')
    .description('remove a deleted company whose time is over, or all of them')
    .option('--json', 'print JSON')
    .action(async (slug: string | undefined, options: OutputOptions) => {
      const removed = await withAdministration(readSettings(terminal.environment), async ({ purge }) => {
        const slugs = slug === undefined ? await purge.findDue() : [slug];
        for (const each of slugs) await purge.purgeCompany(each);
        return slugs;
      });
      if (options.json) terminal.out(printJson({ removed }));
      else
        terminal.out(
          removed.length === 0 ? 'No company is to be removed.' : `Removed: ${removed.join(', ')}`,
        );
    });
}

/** @throws AdministrationError where the slug is not typed, or nobody can be asked */
async function confirm(slug: string, { ask }: Terminal): Promise<void> {
  if (ask === undefined) {
    throw new AdministrationError('Nobody can be asked whether that is meant; give --yes to do it.');
  }
  const typed = await ask(`This suspends company ${slug} and deletes it later. Type its slug to go on: `);
  if (typed.trim() !== slug) throw new AdministrationError('That is another slug; nothing was changed.');
}
