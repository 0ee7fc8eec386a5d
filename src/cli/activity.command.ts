import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ActivityFormat } from '../administration/journal/activity-lines.js';
import { readSettings } from '../config/read-settings.js';
import { type ActivityFilter } from '../persistence/journal/read-activity.js';
import { describeActivity, lineOf } from './activity-text.js';
import { withExamples } from './examples.js';
import { momentOption } from './moment.js';
import { type OutputOptions } from './output-options.js';
import { countOption, type PageOptions } from './page-options.js';
import { makePrintable } from './printable.js';
import { withAdministration } from './session.js';
import { printJson, type Terminal } from './terminal.js';

interface FilterOptions {
  readonly resource?: string;
  readonly member?: string;
  readonly credential?: string;
  readonly operation?: string;
  readonly outcome?: string;
  readonly scimType?: string;
  readonly from?: Date;
  readonly to?: Date;
}

interface TailOptions extends FilterOptions, OutputOptions {
  readonly lines?: number;
  readonly follow: boolean;
  readonly all?: true;
}

interface ShowOptions extends PageOptions, OutputOptions {}

interface ExportOptions extends FilterOptions {
  readonly format: ActivityFormat;
}

const MAX_LINES = 1000;
const DEFAULT_LINES = 20;

/** Adds `activity tail|show|export`. */
export function addActivityCommands(program: Command, terminal: Terminal): void {
  const activity = program.command('activity').description('the journal of a company: who did what');
  addTailCommand(activity, terminal);
  addShowCommand(activity, terminal);
  addExportCommand(activity, terminal);
}

function addTailCommand(activity: Command, terminal: Terminal): void {
  const tail = withExamples(
    activity.command('tail <company>'),
    'activity tail acme-eu',
    'activity tail acme-eu --outcome refused --no-follow',
    'activity tail acme-eu --resource Finance --member ada@acme.example',
    'activity tail acme-eu --credential "Entra ID" --from 1d',
  )
    .description('print the newest entries, the oldest of them first, and then what comes')
    .addOption(
      new Option(
        '-n, --lines <count>',
        `how many entries come first; default: with --from all, otherwise ${DEFAULT_LINES}`,
      ).argParser(parseLines),
    )
    .option('--no-follow', 'end behind them')
    .option('--all', 'print requests too that asked for what was there already');
  addFilterOptions(tail)
    .option('--json', 'print a line of JSON for each entry')
    .action(async (company: string, options: TailOptions) => {
      const settings = readSettings(terminal.environment);
      const filter = {
        ...filterOf(options),
        ...(options.all === undefined && options.outcome === undefined && { exceptUnchanged: true }),
      };
      const lines = options.lines ?? (options.from === undefined ? DEFAULT_LINES : undefined);
      let hasOlder = false;
      const following = { lines, goesOn: options.follow, onOlder: () => (hasOlder = true) };
      await withAdministration(settings, async (administration) => {
        const { followActivity } = await import('../administration/journal/follow.js');
        const { activity: log } = administration;
        const found = await log.filterByNames(company, filter);
        for await (const entry of followActivity(log, company, found, following)) {
          terminal.out(options.json ? printLine(entry) : lineOf(terminal, entry));
        }
      });
      if (hasOlder && options.lines === undefined) {
        terminal.error(
          `These are the newest ${DEFAULT_LINES}. There are older ones: -n or --from shows more.`,
        );
      }
    });
}

function addShowCommand(activity: Command, terminal: Terminal): void {
  withExamples(activity.command('show <company> <id>'), 'activity show acme-eu 04f1c9d2a7400003')
    .description('show one entry with the members that came and went by it')
    .addOption(countOption('members'))
    .option('--cursor <cursor>', 'the next members, as an answer with --json names them')
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, options: ShowOptions) => {
      const settings = readSettings(terminal.environment);
      const [entry, members] = await withAdministration(settings, async ({ activity: log }) => {
        const { count, cursor } = options;
        return [await log.show(company, id), await log.members(company, id, { count, cursor })] as const;
      });
      terminal.out(
        options.json
          ? printJson({ ...entry, members: members.items, next: members.next })
          : describeActivity(terminal, entry, members.items),
      );
    });
}

function addExportCommand(activity: Command, terminal: Terminal): void {
  const command = withExamples(
    activity.command('export <company>'),
    'activity export acme-eu --from 2026-01-01 --to 2026-02-01 > january.ndjson',
    'activity export acme-eu --format csv --from 30d > activity.csv',
  )
    .description('print all entries, the oldest first; those of NDJSON have up to 1,000 members each')
    .addOption(
      new Option('--format <format>', 'what a line is').choices(['ndjson', 'csv']).default('ndjson'),
    );
  addFilterOptions(command).action(async (company: string, options: ExportOptions) => {
    const settings = readSettings(terminal.environment);
    const { activityLines } = await import('../administration/journal/activity-lines.js');
    await withAdministration(settings, async ({ activity: log }) => {
      const filter = await log.filterByNames(company, filterOf(options));
      for await (const lines of activityLines(log, company, filter, options.format)) {
        for (const line of lines) terminal.out(makePrintable(line));
      }
    });
  });
}

const addFilterOptions = (command: Command): Command =>
  command
    .option('--resource <name or id>', 'changes of this user (userName) or group (displayName)')
    .option('--member <name or id>', 'changes by which this user or group came into a group or left it')
    .option('--credential <name or id>', 'what was asked for with this token, OAuth client or issuer')
    .option('--operation <name>', 'such as create, patch, members, deactivate or delete')
    .addOption(
      new Option('--outcome <outcome>', 'what became of it').choices([
        'done',
        'unchanged',
        'refused',
        'ignored',
      ]),
    )
    .option('--scim-type <type>', 'refusals of this scimType, such as uniqueness')
    .addOption(momentOption('--from <when>', 'from when on'))
    .addOption(momentOption('--to <when>', 'up to when'));

/** The filter that the options make. */
function filterOf(options: FilterOptions): ActivityFilter {
  const { resource, member, credential, operation, outcome, scimType, from, to } = options;
  const given = Object.entries({ resource, member, credential, operation, outcome, scimType, from, to });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function parseLines(text: string): number {
  const lines = Number(text);
  if (!/^\d+$/.test(text) || lines > MAX_LINES) {
    throw new InvalidArgumentError(`expected a number from 0 to ${MAX_LINES}`);
  }
  return lines;
}

const printLine = (entry: object): string => makePrintable(JSON.stringify(entry));
