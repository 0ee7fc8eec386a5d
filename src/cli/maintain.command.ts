import { type Command } from 'commander';
import { type UpkeepReport } from '../administration/journal/journal-upkeep.js';
import { readSettings } from '../config/read-settings.js';
import { withExamples } from './examples.js';
import { type OutputOptions } from './output-options.js';
import { withAdministration } from './session.js';
import { printJson, printProperties, type Terminal } from './terminal.js';

/** Adds `maintain`. */
export function addMaintainCommand(program: Command, terminal: Terminal): void {
  withExamples(program.command('maintain'), 'maintain', 'maintain --json')
    .description(
      "make the journal's partitions a year ahead, and remove what is older than companies keep, and what was deleted long ago",
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const { report, swept } = await withAdministration(settings, async ({ journal, deleted }) => ({
        swept: await deleted.sweep(settings.deletedRetentionDays),
        report: await journal.maintain(),
      }));
      terminal.out(
        json ? printJson(report && { ...report, swept }) : describeReport(terminal, report, swept),
      );
    });
}

function describeReport(terminal: Terminal, report: UpkeepReport | null, swept: number): string {
  if (report === null) return 'Another process is looking after the journal at this moment.';
  const { made, dropped, removed, trimmed, moved, strays } = report;
  return printProperties(terminal, {
    'Partitions made': String(made),
    'Partitions dropped': dropped.length === 0 ? '0' : dropped.join(', '),
    'Entries removed': String(removed),
    'Places of the feed removed': String(trimmed),
    'Entries moved to their partition': String(moved),
    'Deleted users and groups removed': String(swept),
    'Entries without partition':
      strays === 0
        ? '0'
        : { text: `${strays}, of past months; they go when they are too old`, colour: 'yellow' },
  });
}
