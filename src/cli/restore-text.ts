import {
  type ConflictReason,
  type RestoreChange,
  type RestoreConflict,
  type RestoreReport,
} from '../administration/restore/restore-report.js';
import { type Cell, printTable, type Terminal } from './terminal.js';

/** How many lines of each table are printed; JSON has more. */
const MOST_LINES = 50;

const count = (number: number, thing: string): string =>
  `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;

/** What a restore did, or would do, for people. */
export function describeRestore(terminal: Terminal, report: RestoreReport): string {
  const { company, at, dryRun, users, groups, memberships, changes, conflicts, omitted } = report;
  const what = [
    count(users.restored, 'deleted user'),
    count(groups.restored, 'deleted group'),
    `${count(users.activated, 'user')} made active and ${users.deactivated.toLocaleString('en')} inactive`,
    `${count(memberships.added, 'membership')} added and ${memberships.removed.toLocaleString('en')} removed in ${count(groups.changed, 'group')}`,
  ].join(', ');
  const madeSince = users.madeSince + groups.madeSince;
  return [
    ...(changes.length === 0 ? [] : [listChanges(terminal, changes)]),
    ...more(changes.length + omitted.changes, 'change'),
    ...(conflicts.length === 0 ? [] : ['These stay as they are:', listConflicts(terminal, conflicts)]),
    ...more(conflicts.length + omitted.conflicts, 'conflict'),
    ...(madeSince === 0
      ? []
      : [
          `Made since then, and kept: ${count(users.madeSince, 'user')}, ${count(groups.madeSince, 'group')}.`,
        ]),
    dryRun
      ? `Company ${company} as at ${at} would be restored by: ${what}. Nothing was changed.`
      : `Company ${company} was restored as at ${at}: ${what}.`,
  ].join('\n');
}

const more = (all: number, thing: string): readonly string[] =>
  all > MOST_LINES ? [`… and ${count(all - MOST_LINES, thing)} more; --json has the first thousand.`] : [];

const CHANGES: Readonly<Record<RestoreChange['change'], Cell>> = {
  restored: { text: 'comes back', colour: 'green' },
  activated: { text: 'becomes active', colour: 'green' },
  deactivated: { text: 'becomes inactive', colour: 'yellow' },
  members: 'members',
};

const listChanges = (terminal: Terminal, changes: readonly RestoreChange[]): string =>
  printTable(
    terminal,
    ['Type', 'Name', 'Id', 'What', 'Added', 'Removed'],
    changes
      .slice(0, MOST_LINES)
      .map(({ type, display, id, change, added, removed }) => [
        type,
        display ?? '',
        id,
        CHANGES[change],
        change === 'members' ? { text: `+${added}`, colour: 'green' } : '',
        change === 'members' ? { text: `-${removed}`, colour: 'yellow' } : '',
      ]),
  );

const REASONS: Readonly<Record<ConflictReason, string>> = {
  nameTaken: 'its name belongs to',
  externalIdTaken: 'its externalId belongs to',
  valueTaken: 'another one has a value that must be unique',
  erased: 'the person was erased',
  notKept: 'what it was is not kept any more',
  notThere: 'it did not exist then',
  membersGone: 'members are gone and do not come back:',
  groupGone: 'a group is gone and does not come back:',
};

const listConflicts = (terminal: Terminal, conflicts: readonly RestoreConflict[]): string =>
  printTable(
    terminal,
    ['Type', 'Name', 'Id', 'Why'],
    conflicts
      .slice(0, MOST_LINES)
      .map(({ type, display, id, reason, by, members }) => [
        type,
        display ?? '',
        id,
        { text: `${REASONS[reason]} ${by ?? (members > 0 ? members : '')}`.trim(), colour: 'yellow' },
      ]),
  );
