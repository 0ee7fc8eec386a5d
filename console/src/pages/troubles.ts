import { type Schema } from '../api/client.js';
import { counted, hoursSince } from '../ui/times.js';

/** Something about a company that somebody should look at. */
export interface Trouble {
  /** How bad it is: the worst first. */
  readonly weight: number;
  readonly tone: 'bad' | 'warn' | 'plain';
  readonly text: string;
  /** A word for it, where it is none of those for its tone. */
  readonly word?: string;
  /** The page of the company that tells more. */
  readonly page: 'safety' | 'log' | 'credentials' | 'connect';
  readonly query?: string;
}

const MOST_REFUSALS = 1000;

/** What {@link silenceOf} looks at. */
interface Heard {
  readonly lastUsed: string | null;
  readonly settings: Pick<Schema<'SettingsView'>, 'silentAfterHours'>;
}

/**
 * That nothing has come from a company for as long as it is told of; undefined where something has, nothing ever did, or nobody
 * wants to know.
 */
export function silenceOf({ lastUsed, settings }: Heard, now: Date): string | undefined {
  const silence = lastUsed === null ? 0 : hoursSince(new Date(lastUsed), now);
  if (silence < (settings.silentAfterHours ?? Infinity)) return undefined;
  return `No request for ${silence >= 48 ? counted(Math.floor(silence / 24), 'day') : `${silence} hours`}`;
}

/**
 * What is wrong with a company, the worst first; empty where everything is in sync. Of one that somebody has deleted or moved away
 * nothing is wrong, and that alone is said.
 */
export function troublesOf(
  company: Pick<Schema<'CompanyView'>, 'state' | 'expiringCredentials' | 'pausedUntil'> & Heard,
  summary: Pick<Schema<'ActivitySummaryView'>, 'refused'> | undefined,
  hold: Pick<Schema<'HeldCompanyView'>, 'rule'> | undefined,
  now: Date,
): readonly Trouble[] {
  const { state, lastUsed, expiringCredentials } = company;
  const gone = GONE[state];
  if (gone !== undefined) return [{ weight: 0, tone: 'plain', text: STATES[state], word: gone, page: 'log' }];
  const refused = summary?.refused ?? 0;
  const silence = silenceOf(company, now);
  const troubles: (Trouble | false)[] = [
    hold !== undefined && {
      weight: 6,
      tone: 'bad',
      text: `Removals are held: ${hold.rule.removed.toLocaleString('en')} of ${hold.rule.of.toLocaleString('en')} ${KINDS[hold.rule.kind]} would have been gone`,
      page: 'safety',
    },
    state !== 'active' && {
      weight: state === 'paused' ? 4 : 5,
      tone: state === 'paused' ? 'warn' : 'bad',
      text: STATES[state],
      page: 'log',
    },
    refused > 0 && {
      weight: 3,
      tone: 'bad',
      text: `${refused >= MOST_REFUSALS ? '1,000 or more requests' : counted(refused, 'request')} refused in 24 hours`,
      page: 'log',
      query: 'outcome=refused',
    },
    silence !== undefined && { weight: 2, tone: 'warn', text: silence, page: 'connect' },
    expiringCredentials > 0 && {
      weight: 1,
      tone: 'warn',
      text: `${counted(expiringCredentials, 'credential')} ${expiringCredentials === 1 ? 'ends' : 'end'} within 30 days`,
      page: 'credentials',
    },
    lastUsed === null &&
      isServed(state) && { weight: 0, tone: 'plain', text: 'Not connected yet', page: 'connect' },
  ];
  return troubles.filter((trouble) => trouble !== false);
}

type State = Schema<'CompanyView'>['state'];

/** The states in which a company is to be served no more, and a word for each. */
const GONE: Readonly<Partial<Record<State, string>>> = {
  deleted: 'deleted',
  removable: 'deleted',
  moved: 'moved',
};

const isServed = (state: State): boolean => state === 'active' || state === 'paused';

const KINDS = { users: 'users', memberships: 'memberships', group: 'members of a group' } as const;

/** What it means that a company is in a state. */
export const STATES = {
  active: '',
  paused: 'Writes are paused',
  suspended: 'Suspended: every request is refused',
  deleted: 'Deleted: it can still be brought back',
  removable: 'Deleted for good',
  moving: 'Moving to another cell: writes are put off',
  arriving: 'Arriving from another cell: not served yet',
  moved: 'Moved to another cell, which serves it',
} as const;
