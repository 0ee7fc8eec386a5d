import {
  type ActivityCountRow,
  type ActivityFilter,
  selectActivityCounts,
} from '../../persistence/journal/read-activity.js';
import { type OwnerConnection } from '../owner-connection.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The longest time that is counted by the hour, and the longest that is counted at all. */
const MOST_BY_HOUR = 3 * DAY_MS;
const LONGEST = 92 * DAY_MS;
/** How many entries are counted, the newest first, so that a company with millions costs no more. */
export const MOST_COUNTED = 10_000;

/** How much was done and refused in each hour or day (in UTC) of a time. Times are ISO 8601 in UTC. */
export interface ActivityCounts {
  /** When the first hour or day begins. */
  readonly from: string;
  /** The first moment that does not count. */
  readonly to: string;
  readonly unit: 'hour' | 'day';
  /** How many changes were made in each. */
  readonly changes: readonly number[];
  /** How many requests were refused in each. */
  readonly refusals: readonly number[];
  /** Whether there may be more, before the first that was counted. */
  readonly more: boolean;
}

/**
 * Counts the entries that fulfil the filter: of the last 24 hours where it names no time, and of the last 92 days of one that
 * is longer.
 */
export async function countActivity(
  connection: OwnerConnection,
  companyId: string,
  { from, to = new Date(), ...filter }: ActivityFilter,
): Promise<ActivityCounts> {
  const asked = to.getTime() - (from?.getTime() ?? to.getTime() - DAY_MS);
  const length = Math.min(Math.max(asked, 0), LONGEST);
  const unitMs = length <= MOST_BY_HOUR ? HOUR_MS : DAY_MS;
  const start = new Date(Math.floor((to.getTime() - length) / unitMs) * unitMs);
  const rows = await connection.readByIndex<ActivityCountRow>(
    companyId,
    selectActivityCounts(companyId, { ...filter, from: start, to }, unitMs, MOST_COUNTED),
  );
  const count = (of: (row: ActivityCountRow) => boolean): readonly number[] => {
    const counts = Array.from({ length: Math.ceil((to.getTime() - start.getTime()) / unitMs) }, () => 0);
    for (const { place, entries } of rows.filter(of)) if (place in counts) counts[place]! += entries;
    return counts;
  };
  const refusals = count(({ troubles }) => troubles);
  const newest = count(({ troubles }) => !troubles);
  return {
    from: start.toISOString(),
    to: to.toISOString(),
    unit: unitMs === HOUR_MS ? 'hour' : 'day',
    changes: count(({ troubles, outcome }) => !troubles && outcome === 'done'),
    refusals,
    more: Math.max(sumOf(refusals), sumOf(newest)) >= MOST_COUNTED,
  };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
