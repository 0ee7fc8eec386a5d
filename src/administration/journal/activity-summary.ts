import { type ActivitySummaryRow, selectActivitySummary } from '../../persistence/journal/read-activity.js';
import { type Company } from '../company.js';
import { type OwnerConnection } from '../owner-connection.js';
import { readResourceId } from '../../persistence/sql/resource-id.js';

const HOURS = 24;
const HOUR_MS = 3_600_000;
/** How many refusals of a company are counted, so that the summary of one with millions costs no more. */
export const MOST_REFUSALS = 1000;

/** What the journal of a company tells of the last day. Times are ISO 8601 in UTC. */
export interface ActivitySummary {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** When a client service last changed something; null where none of the newest thousand entries is a change. */
  readonly lastChange: string | null;
  /** How many requests were refused within 24 hours; 1,000 stands for that many or more. */
  readonly refused: number;
  /** The same for each of the 24 hours, the last one at the end. */
  readonly refusedByHour: readonly number[];
}

/** The summaries of companies, in the order in which they are given. */
export async function summarizeActivity(
  connection: OwnerConnection,
  companies: readonly Pick<Company, 'id' | 'slug' | 'name'>[],
): Promise<readonly ActivitySummary[]> {
  const since = new Date(Date.now() - HOURS * HOUR_MS);
  const found = await connection.readEachByIndex<ActivitySummaryRow>(
    companies.map(({ id }) => readResourceId(id) ?? '0'),
    (companyId) => selectActivitySummary(companyId, since, MOST_REFUSALS),
  );
  return companies.map(({ id, slug, name }, index) => ({ id, slug, name, ...summaryOf(found[index]!) }));
}

function summaryOf(
  rows: readonly ActivitySummaryRow[],
): Pick<ActivitySummary, 'lastChange' | 'refused' | 'refusedByHour'> {
  const refusedByHour = Array.from({ length: HOURS }, () => 0);
  for (const { hour, refused } of rows) {
    if (hour === null) continue;
    // The clocks of the two machines may differ a little.
    const ago = Math.min(Math.max(hour, 0), HOURS - 1);
    refusedByHour[HOURS - 1 - ago]! += refused;
  }
  return {
    lastChange: rows[0]?.last_change?.toISOString() ?? null,
    refused: refusedByHour.reduce((sum, each) => sum + each, 0),
    refusedByHour,
  };
}
