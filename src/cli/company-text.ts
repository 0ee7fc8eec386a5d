import { commandOf } from '../config/command.js';
import { type Company } from '../administration/company.js';
import { type Cell, printProperties, printTable, type Terminal } from './terminal.js';

/** A company for people. */
export const describeCompany = (terminal: Terminal, company: Company): string =>
  printProperties(terminal, {
    Slug: company.slug,
    Name: company.name,
    State: describeState(company),
    Created: company.created,
    Users: String(company.users),
    Groups: String(company.groups),
    'Last use of a token': company.lastUsed ?? 'none',
    'Tokens and secrets that expire soon': String(company.expiringCredentials),
    'Duplicate group names': company.settings.duplicateGroupNames ? 'allowed' : 'refused',
    'Unknown members': company.settings.unknownMembers,
    'externalId of users': company.settings.uniqueExternalId ? 'unique' : 'need not be unique',
    'Journal kept': `${company.settings.journalRetentionDays} days`,
    'Values in the journal': company.settings.journalValues ? 'kept' : 'not kept',
    'POST of what was deleted':
      company.settings.recreate === 'restore' ? 'brings it back' : 'makes a new one',
    'POST of an inactive user': company.settings.reprovision === 'restore' ? 'makes it active' : 'refused',
    'Silent without a request':
      company.settings.silentAfterHours === null
        ? 'never'
        : `after ${company.settings.silentAfterHours} hours`,
    'Requests a second': company.settings.rateLimit?.toString() ?? 'as RATE_LIMIT says',
  });

/** Companies for people, a line each. */
export function listCompanies(terminal: Terminal, companies: readonly Company[]): string {
  if (companies.length === 0) return `No company yet; make one: ${commandOf('company create <slug>')}`;
  return printTable(
    terminal,
    ['Slug', 'Name', 'Users', 'Groups', 'State', 'Last use'],
    companies.map((company) => [
      company.slug,
      company.name,
      String(company.users),
      String(company.groups),
      describeState(company),
      company.lastUsed?.slice(0, 10) ?? 'none',
    ]),
  );
}

function describeState({ state, movedTo, suspended, pausedUntil, deleteAfter }: Company): Cell {
  if (state === 'moved')
    return {
      text: `moved to cell ${movedTo}; its rows here are removed after ${deleteAfter}`,
      colour: 'yellow',
    };
  if (state === 'arriving') return { text: 'arriving from another cell', colour: 'yellow' };
  if (state === 'moving') return { text: 'moving to another cell', colour: 'yellow' };
  if (deleteAfter !== null) {
    const isOver = Date.parse(deleteAfter) <= Date.now();
    const text = isOver ? 'deleted, to be removed' : `deleted, can be brought back until ${deleteAfter}`;
    return { text, colour: 'red' };
  }
  if (suspended !== null) return { text: `suspended since ${suspended}`, colour: 'yellow' };
  if (pausedUntil !== null) return { text: `paused until ${pausedUntil}`, colour: 'yellow' };
  return { text: 'active', colour: 'green' };
}
