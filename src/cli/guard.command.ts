import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  GUARD_MODES,
  type GuardChanges,
  type GuardLimit,
  type GuardSettings,
  LONGEST_RELEASE,
  LONGEST_WINDOW,
  MOST_REMOVALS,
} from '../administration/guard.js';
import { AdministrationError } from '../administration/administration.error.js';
import { REMOVALS_GO_ON } from '../administration/notices.js';
import { readSettings } from '../config/read-settings.js';
import { minutesSetting } from './days.js';
import { withExamples } from './examples.js';
import { describeGuard, listHeldRemovals, listHolds } from './guard-text.js';
import { withAdministration } from './session.js';
import { type OutputOptions, refuseNoChange } from './output-options.js';
import { printJson, type Terminal } from './terminal.js';

interface SetOptions extends OutputOptions {
  readonly mode?: GuardSettings['mode'];
  readonly window?: number;
  readonly users?: Partial<GuardLimit>;
  readonly memberships?: Partial<GuardLimit>;
  readonly group?: Partial<GuardLimit>;
}

interface ReleaseOptions extends OutputOptions {
  readonly only?: readonly string[];
  readonly for?: number;
}

/** How many held removals are printed. */
const MOST_SHOWN = 1000;

/** Adds `guard list|show|set|release|resume`. */
export function addGuardCommands(program: Command, terminal: Terminal): void {
  const guard = program.command('guard').description('removals in mass: what is too much, and what is held');

  withExamples(guard.command('list'), 'guard list')
    .description('list the companies of which removals are held')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const found = await withAdministration(settings, (administration) => administration.guard.listHolds());
      terminal.out(options.json ? printJson(found) : listHolds(terminal, found));
    });

  withExamples(guard.command('show <company>'), 'guard show acme-eu')
    .description('show what is too much for a company, and what is held')
    .option('--json', 'print JSON')
    .action(async (company: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const found = await withAdministration(settings, async (administration) => ({
        state: await administration.guard.showGuard(company),
        removals: await administration.guard.listHeldRemovals(company, { limit: MOST_SHOWN }),
      }));
      const { state, removals } = found;
      if (options.json) terminal.out(printJson({ ...state, removals }));
      else terminal.out(describeGuard(terminal, state));
      if (!options.json && removals.length > 0) terminal.out(listHeldRemovals(terminal, removals));
    });

  addSetCommand(guard, terminal);
  addReleaseCommand(guard, terminal);

  withExamples(guard.command('resume <company>'), 'guard resume acme-eu')
    .description('let everything through no longer, before the time of release --for is over')
    .option('--json', 'print JSON')
    .action(async (company: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const state = await withAdministration(settings, async (administration) => {
        const { liftedUntil } = await administration.guard.showGuard(company);
        if (liftedUntil === null) {
          throw new AdministrationError(`The guard of company ${company} is not lifted.`, 'conflict');
        }
        return administration.guard.resumeGuard(company);
      });
      terminal.out(options.json ? printJson(state) : describeGuard(terminal, state));
    });
}

function addSetCommand(guard: Command, terminal: Terminal): void {
  const limit = (flag: string, what: string): Option =>
    new Option(
      `--${flag} <percent,number>`,
      `how many ${what} are too many: more than the percentage, and at least the number`,
    ).argParser(readLimit);
  withExamples(
    guard.command('set <company>'),
    'guard set acme-eu --mode hold',
    'guard set acme-eu --users 5,10 --window 2h',
  )
    .description('change what is too much for a company, and what is done then')
    .addOption(
      new Option('--mode <mode>', 'off, warn of it, or hold it until it is released').choices(GUARD_MODES),
    )
    .addOption(minutesSetting('--window <time>', 'within which time, in minutes or hours', LONGEST_WINDOW))
    .addOption(limit('users', 'users'))
    .addOption(limit('memberships', 'memberships of the company'))
    .addOption(limit('group', 'members of one group'))
    .option('--json', 'print JSON')
    .action(async (company: string, options: SetOptions, command: Command) => {
      const { mode, window: windowMinutes, users, memberships, group } = options;
      const changes: GuardChanges = {
        ...(mode && { mode }),
        ...(windowMinutes !== undefined && { windowMinutes }),
        ...(users && { users }),
        ...(memberships && { memberships }),
        ...(group && { group }),
      };
      if (Object.keys(changes).length === 0) refuseNoChange(command);
      const settings = readSettings(terminal.environment);
      const state = await withAdministration(settings, (administration) =>
        administration.guard.setGuard(company, changes),
      );
      terminal.out(options.json ? printJson(state) : describeGuard(terminal, state));
    });
}

function addReleaseCommand(guard: Command, terminal: Terminal): void {
  withExamples(
    guard.command('release <company>'),
    'guard release acme-eu',
    'guard release acme-eu --only 0558ac4d70400001',
    'guard release acme-eu --for 4h',
  )
    .description('let removals through that are held')
    .option('--only <id...>', 'of these users and groups what is held, for a day, whatever it comes to')
    .addOption(
      minutesSetting(
        '--for <time>',
        'everything for a time, uncounted, in minutes or hours',
        LONGEST_RELEASE,
      ).conflicts('only'),
    )
    .option('--json', 'print JSON')
    .action(async (company: string, options: ReleaseOptions) => {
      const { only, for: minutes } = options;
      const settings = readSettings(terminal.environment);
      const state = await withAdministration(settings, async (administration) => {
        if (minutes !== undefined) return administration.guard.liftGuard(company, minutes);
        const { held, liftedUntil } = await administration.guard.showGuard(company);
        if (held === null) throw nothingHeld(company, liftedUntil);
        return administration.guard.releaseHold(company, only);
      });
      terminal.out(options.json ? printJson(state) : `${describeGuard(terminal, state)}\n${REMOVALS_GO_ON}`);
    });
}

function nothingHeld(company: string, liftedUntil: string | null): AdministrationError {
  const detail = `Nothing of company ${company} is held`;
  if (liftedUntil === null) return new AdministrationError(`${detail}.`, 'conflict');
  const lifted = `${detail}: everything is let through until ${liftedUntil}. To end that now`;
  return new AdministrationError(lifted, 'conflict', `guard resume ${company}`);
}

/** `10,25`: a percentage and a number, either of which may be left out. */
function readLimit(text: string): Partial<GuardLimit> {
  const [, percent = '', min = ''] = /^(\d{1,3})?(?:,(\d{1,7}))?$/.exec(text) ?? [];
  const limit = {
    ...(percent !== '' && { percent: Number(percent) }),
    ...(min !== '' && { min: Number(min) }),
  };
  const { percent: share = 1, min: least = 1 } = limit;
  if (Object.keys(limit).length > 0 && share >= 1 && share <= 100 && least >= 1 && least <= MOST_REMOVALS) {
    return limit;
  }
  throw new InvalidArgumentError(
    `It is a percentage from 1 to 100 and a number from 1 to ${MOST_REMOVALS}, such as 10,25; or one of them: 10 or ,25.`,
  );
}
