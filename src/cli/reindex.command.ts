import { type Command } from 'commander';
import { readSettings } from '../config/read-settings.js';
import { makeProgressBar, SILENT_PROGRESS } from '../demo/progress.js';
import { type Clash } from '../administration/reindex/clash-search.js';
import { type ReindexReport } from '../administration/reindex/reindex.js';
import { withExamples } from './examples.js';
import { type OutputOptions } from './output-options.js';
import { withReindex } from './session.js';
import { printJson, printProperties, printTable, type Terminal } from './terminal.js';

/**
 * Rows that are rewritten in one transaction. The number is small, so that requests do not wait long for a locked
 * row.
 */
const BATCH_SIZE = 500;

/**
 * Adds `reindex`.
 *
 * @param onClash called if values that must be unique clash, and nothing was changed
 */
export function addReindexCommand(program: Command, terminal: Terminal, onClash: () => void): void {
  withExamples(program.command('reindex'), 'reindex', 'reindex --json')
    .description('make anew what searches and uniqueness go by, after a change of how values are compared')
    .option('--json', 'print JSON')
    .action(async ({ json }: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const progress = terminal.interactive ? makeProgressBar() : SILENT_PROGRESS;
      const report = await withReindex(settings, (reindex) =>
        reindex.run(settings.schemas, { batchSize: BATCH_SIZE, progress }),
      );
      terminal.out(json ? printJson(report) : describeReport(terminal, report));
      if (report.clashes.length > 0) onClash();
    });
}

function describeReport(
  terminal: Terminal,
  { companies, resources, changed, clashes }: ReindexReport,
): string {
  if (clashes.length > 0) {
    const rows = clashes.flatMap(describeClash);
    return [
      printTable(terminal, ['Company', 'Attribute', 'Resource', 'Id', 'Name'], rows),
      `These values, ${clashes.length} in all, would be used more than once. Nothing was changed. ` +
        'Rename or delete all but one of each, with the program and schemas that ran before, and run this again.',
    ].join('\n');
  }
  return printProperties(terminal, {
    Companies: String(companies),
    'Users and groups': String(resources),
    Changed: String(changed),
  });
}

function describeClash({ company, attribute, resources }: Clash): readonly (readonly string[])[] {
  return resources.map(({ type, id, name }) => [company, attribute, type, id, name]);
}
