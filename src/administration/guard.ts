import { type Guard as GuardRow } from '../persistence/entities/guard.entity.js';
import { type HeldRule } from '../protocol/error/held.error.js';

/** How many minutes a release lasts by default, and at most. */
export const DEFAULT_RELEASE = 4 * 60;
export const LONGEST_RELEASE = 24 * 60;

export const GUARD_MODES = ['off', 'warn', 'hold'] as const;
export const LONGEST_WINDOW = 24 * 60;
export const MOST_REMOVALS = 1_000_000;

/** How much may be removed: more than `percent`, and at least `min`, is too much. */
export interface GuardLimit {
  readonly percent: number;
  readonly min: number;
}

/** How many removals from a company are too many, and what is done then. */
export interface GuardSettings {
  /** `warn`: it is told, and done. `hold`: it is refused, and so is every further removal until somebody releases them. */
  readonly mode: (typeof GUARD_MODES)[number];
  /** In which time removals are counted. */
  readonly windowMinutes: number;
  readonly users: GuardLimit;
  /** Of the whole company. */
  readonly memberships: GuardLimit;
  /** Of each single group. */
  readonly group: GuardLimit;
}

/** What may be changed of the settings. */
export interface GuardChanges extends Partial<Pick<GuardSettings, 'mode' | 'windowMinutes'>> {
  readonly users?: Partial<GuardLimit>;
  readonly memberships?: Partial<GuardLimit>;
  readonly group?: Partial<GuardLimit>;
}

/** That removals are held. */
export interface Hold {
  /** ISO 8601 in UTC. */
  readonly since: string;
  readonly rule: HeldRule;
  /** How many users and groups were to be removed or to lose something; the first 1,000 of them are listed. */
  readonly removals: number;
}

/** The guard of a company: its settings, and how it stands. Times are ISO 8601 in UTC. */
export interface GuardState extends GuardSettings {
  /** Null where nothing is held. */
  readonly held: Hold | null;
  /** Until when everything is let through; null where it is not. */
  readonly liftedUntil: string | null;
  /** When a removal that was too much was last let through with a warning; null if none was. */
  readonly warned: string | null;
}

/** A removal that is held. */
export interface HeldRemoval {
  /** Id of the user or group; 16 hexadecimal digits. */
  readonly id: string;
  readonly type: 'User' | 'Group';
  /** Its name; null where it is gone. */
  readonly display: string | null;
  readonly operation: 'deactivate' | 'delete' | 'members';
  /** How many memberships would have ended. */
  readonly memberships: number;
  /** How often it was tried. */
  readonly attempts: number;
  readonly firstAttempt: string;
  readonly lastAttempt: string;
}

/** A company of which removals are held. */
export interface HeldCompany extends Omit<Hold, 'removals'> {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export const guardSettingsOf = (guard: GuardRow): GuardSettings => ({
  mode: guard.mode,
  windowMinutes: guard.windowMinutes,
  users: { percent: guard.usersPercent, min: guard.usersMin },
  memberships: { percent: guard.membershipsPercent, min: guard.membershipsMin },
  group: { percent: guard.groupPercent, min: guard.groupMin },
});

/** The columns that the changes are about; undefined stays. */
export const columnsOf = (changes: GuardChanges): Partial<GuardRow> => ({
  ...defined({
    mode: changes.mode,
    windowMinutes: changes.windowMinutes,
    usersPercent: changes.users?.percent,
    usersMin: changes.users?.min,
    membershipsPercent: changes.memberships?.percent,
    membershipsMin: changes.memberships?.min,
    groupPercent: changes.group?.percent,
    groupMin: changes.group?.min,
  }),
});

const defined = <T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
