import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { AdministrationError } from '../administration/administration.error.js';
import { localOrigin } from '../administration/local-origin.js';
import { type MoveReport } from '../administration/move/company-move.js';
import { parseDatabaseUrl } from '../config/database-url.js';
import { readSettings } from '../config/read-settings.js';
import { makeProgressBar, SILENT_PROGRESS } from '../demo/progress.js';
import { daysOption } from './days.js';
import { withExamples } from './examples.js';
import { type OutputOptions } from './output-options.js';
import { withDatabase } from './session.js';
import { printJson, printProperties, type Terminal } from './terminal.js';

interface MoveCommandOptions extends OutputOptions {
  readonly to: string;
  readonly fromUrl?: string;
  readonly keep: number;
  readonly resume?: true;
  readonly abort?: true;
}

const DEFAULT_KEEP = 7;

/** Adds `company move`. */
export function addMoveCommand(company: Command, terminal: Terminal): void {
  withExamples(
    company.command('move <slug>'),
    'company move acme-eu --to @/run/secrets/cell-2-url',
    'company move acme-eu --to @/run/secrets/cell-2-url --resume',
  )
    .description('move a company to another cell, while it is served; see docs/guides/cells.md')
    .requiredOption(
      '--to <url>',
      'database of the other cell, with a login that may make subscriptions: a URL, or @ and a file that holds it',
      readUrl,
    )
    .option(
      '--from-url <url>',
      'this database as the server of the other one reaches it, with a login that may replicate; default: DATABASE_URL',
      readUrl,
    )
    .addOption(daysOption('--keep <days>', 'how long the rows stay here after the move', DEFAULT_KEEP))
    .option('--resume', 'go on with a move that was interrupted')
    .option('--abort', 'take a move back that was interrupted')
    .option('--json', 'print JSON')
    .action(async (slug: string, options: MoveCommandOptions, command: Command) => {
      if (options.resume && options.abort)
        command.error('error: --resume goes on, --abort takes back: give one');
      const report = await move(slug, options, terminal);
      if (options.json) terminal.out(printJson(report ?? { company: slug, aborted: true }));
      else terminal.out(report === undefined ? `Company ${slug} stays here.` : describe(terminal, report));
    });
}

/** @returns undefined where the move was taken back */
function move(
  slug: string,
  options: MoveCommandOptions,
  terminal: Terminal,
): Promise<MoveReport | undefined> {
  const settings = readSettings(terminal.environment);
  return withDatabase(settings, async ({ directUrl }, interruption) => {
    const [{ CompanyMove }, { withSecretKey }] = await Promise.all([
      import('../administration/move/company-move.js'),
      import('../persistence/settings/with-secret-key.js'),
    ]);
    const { secretsKeys } = await withSecretKey(settings, directUrl);
    const fromUrl = options.fromUrl ?? directUrl;
    const moving = await CompanyMove.open(directUrl, options.to, slug, {
      ...{ fromUrl, secretsKeys, keepDays: options.keep, origin: localOrigin('command line') },
      progress: terminal.interactive ? makeProgressBar() : SILENT_PROGRESS,
    });
    try {
      return await interruption.race(async () => {
        if (options.abort) return void (await moving.abort());
        return options.resume ? moving.resume() : moving.start();
      });
    } finally {
      await moving.close();
    }
  });
}

function readUrl(text: string): string {
  const url = text.startsWith('@') ? readFile(text.slice(1)) : text;
  if (parseDatabaseUrl(url) === undefined) {
    throw new InvalidArgumentError('It is a postgres:// URL, or @ and a file that holds one.');
  }
  return url;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new AdministrationError(`${path} can't be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

const describe = (terminal: Terminal, { company, from, to, rows, closedMs }: MoveReport): string =>
  [
    printProperties(terminal, {
      Company: company,
      Moved: `from cell ${from} to cell ${to}`,
      Rows: rows.toLocaleString('en'),
      'Writes refused for': closedMs === null ? 'not known' : `${closedMs} ms`,
    }),
    `Let the router send the requests of ${company} to cell ${to} now: here they are answered with 503.`,
  ].join('\n');
