import { type Command } from 'commander';
import { type RestoreScope } from '../administration/restore/resource-restore.js';
import { readSettings } from '../config/read-settings.js';
import { withExamples } from './examples.js';
import { momentOption } from './moment.js';
import { type OutputOptions } from './output-options.js';
import { describeRestore } from './restore-text.js';
import { withAdministration } from './session.js';
import { printJson, type Terminal } from './terminal.js';

interface RestoreOptions extends OutputOptions {
  readonly at: Date;
  readonly group?: readonly string[];
  readonly user?: readonly string[];
  readonly all?: true;
  readonly dryRun?: true;
}

/** Adds `restore`. */
export function addRestoreCommand(program: Command, terminal: Terminal): void {
  const collect = (name: string, before: readonly string[] = []): readonly string[] => [...before, name];
  withExamples(
    program.command('restore <company>'),
    'restore acme-eu --at 2h --all --dry-run',
    'restore acme-eu --at 2026-01-31T08:00Z --group Finance --group Sales',
  )
    .description('bring back deleted users and groups, and the memberships of an instant')
    .addOption(momentOption('--at <when>', 'the instant that comes back').makeOptionMandatory())
    .option('--group <name>', 'a group by displayName or id; may be given several times', collect)
    .option('--user <name>', 'a user by userName or id; may be given several times', collect)
    .option('--all', 'all users and groups')
    .option('--dry-run', 'only print what would be done')
    .option('--json', 'print JSON')
    .action(async (company: string, options: RestoreOptions, command: Command) => {
      const { at, dryRun = false } = options;
      const scope = readScope(options, command);
      const settings = readSettings(terminal.environment);
      const report = await withAdministration(settings, ({ restores }) =>
        restores.restore(company, { at, scope, dryRun }, settings),
      );
      terminal.out(options.json ? printJson(report) : describeRestore(terminal, report));
    });
}

function readScope({ group, user, all }: RestoreOptions, command: Command): RestoreScope {
  const scopes: RestoreScope[] = [
    ...(group ? [{ groups: group }] : []),
    ...(user ? [{ users: user }] : []),
    ...(all ? (['all'] as const) : []),
  ];
  if (scopes.length !== 1) command.error('error: say what to restore: --group, --user or --all, one of them');
  return scopes[0]!;
}
