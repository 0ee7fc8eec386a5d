import { type MemberCountRow } from '../../persistence/journal/member-counts.js';

const DAY_MS = 86_400_000;

/** How many members a group had at the end of a day; today, how many it has. */
export interface MemberCount {
  /** In UTC: `2026-01-31`. */
  readonly day: string;
  readonly members: number;
}

/** The first moment of the day in UTC that is so many days before that of a time. */
export const dayBefore = (time: Date, days: number): Date =>
  new Date(Math.floor(time.getTime() / DAY_MS) * DAY_MS - days * DAY_MS);

/**
 * The numbers of the last days, the oldest day first, today the last one: from now on backwards, less what came on each day.
 *
 * @param rows as the journal tells them
 * @param known from when on the journal is whole; days that ended before are left out
 */
export function countsByDay(
  rows: readonly MemberCountRow[],
  days: number,
  { now, known }: { readonly now: Date; readonly known: Date },
): readonly MemberCount[] {
  const [first] = rows;
  const from = Math.max(known.getTime(), first?.looked_to?.getTime() ?? 0);
  const today = dayOf(now);
  const nets = new Map<string, number>();
  for (const { day, net } of rows) {
    if (day === null) continue;
    // The clock of the database may be a little ahead, at midnight by a day.
    const counted = day > today ? today : day;
    nets.set(counted, (nets.get(counted) ?? 0) + (net ?? 0));
  }
  let members = Number(first?.members ?? 0);
  const counts: MemberCount[] = [];
  for (let ago = 0; ago < days; ago += 1) {
    const begin = dayBefore(now, ago);
    if (ago > 0 && begin.getTime() + DAY_MS <= from) break;
    const day = dayOf(begin);
    counts.push({ day, members });
    members -= nets.get(day) ?? 0;
  }
  return counts.reverse();
}

const DAY_LENGTH = 10;
const dayOf = (time: Date): string => time.toISOString().slice(0, DAY_LENGTH);
