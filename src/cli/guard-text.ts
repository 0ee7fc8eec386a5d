import {
  type GuardLimit,
  type GuardState,
  type HeldCompany,
  type HeldRemoval,
} from '../administration/guard.js';
import { type HeldRule } from '../protocol/error/held.error.js';
import { printProperties, printTable, type Terminal } from './terminal.js';

const MODES = {
  off: 'off: nothing is counted',
  warn: 'warn: what is too much is done, and told',
  hold: 'hold: what is too much is refused, until somebody releases it',
};
const OPERATIONS = { deactivate: 'deactivate', delete: 'delete', members: 'remove members' };
const KINDS = { users: 'users', memberships: 'memberships', group: 'members of a group' };

/** The guard of a company for people. */
export function describeGuard(terminal: Terminal, guard: GuardState): string {
  const { held, liftedUntil, warned } = guard;
  return printProperties(terminal, {
    Mode: MODES[guard.mode],
    'Counted within': `${guard.windowMinutes} minutes`,
    Users: describeLimit(guard.users),
    Memberships: describeLimit(guard.memberships),
    'Members of a group': describeLimit(guard.group),
    Held: held === null ? 'nothing' : `since ${held.since}: ${describeRule(held.rule)}`,
    ...(liftedUntil !== null && { 'Everything is let through until': liftedUntil }),
    ...(warned !== null && { 'Last warning': warned }),
  });
}

/** What is held, a line each. */
export function listHeldRemovals(terminal: Terminal, removals: readonly HeldRemoval[]): string {
  return printTable(
    terminal,
    ['Id', 'What', 'Name', 'Memberships', 'Attempts', 'Last attempt'],
    removals.map(({ id, type, operation, display, memberships, attempts, lastAttempt }) => [
      id,
      operation === 'members' ? OPERATIONS.members : `${OPERATIONS[operation]} ${type.toLowerCase()}`,
      display ?? 'gone',
      String(memberships),
      String(attempts),
      lastAttempt,
    ]),
  );
}

/** Companies of which removals are held, a line each. */
export function listHolds(terminal: Terminal, companies: readonly HeldCompany[]): string {
  if (companies.length === 0) return 'No company has removals that are held.';
  return printTable(
    terminal,
    ['Slug', 'Name', 'Since', 'Why'],
    companies.map(({ slug, name, since, rule }) => [slug, name, since, describeRule(rule)]),
  );
}

const describeLimit = ({ percent, min }: GuardLimit): string =>
  `more than ${percent} %, where it is at least ${min.toLocaleString('en')}; or more than half, of 3 and more`;

const describeRule = ({ kind, removed, of, group }: HeldRule): string =>
  `${removed.toLocaleString('en')} of ${of.toLocaleString('en')} ${KINDS[kind]}${group === undefined ? '' : ` ${group}`}`;
