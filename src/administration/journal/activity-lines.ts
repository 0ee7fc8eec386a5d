import { stringify } from 'csv-stringify/sync';
import { type ActivityFilter } from '../../persistence/journal/read-activity.js';
import { type Activity } from './activity.js';
import { type ActivityLog } from './activity-log.js';

/** What an export is written as: lines of JSON with members, or a table without. */
export type ActivityFormat = 'ndjson' | 'csv';

const COLUMNS = [
  'at',
  'id',
  'operation',
  'outcome',
  'status',
  'scimType',
  'credentialId',
  'credentialName',
  'client',
  'surface',
  'resourceType',
  'resourceId',
  'externalId',
  'display',
  'version',
  'attributes',
  'added',
  'removed',
  'txn',
  'requestId',
  'traceId',
  'durationMs',
  'detail',
] as const satisfies readonly (keyof Activity)[];

/**
 * The entries of a company's journal that fulfil the filter, the oldest first, as batches of lines without their ends.
 *
 * @throws AdministrationError as {@link ActivityLog.export} does
 */
export async function* activityLines(
  log: ActivityLog,
  company: string,
  filter: ActivityFilter,
  format: ActivityFormat,
): AsyncGenerator<readonly string[]> {
  const isCsv = format === 'csv';
  let head = isCsv ? [csvLine(COLUMNS)] : [];
  for await (const batch of log.export(company, filter, { members: !isCsv })) {
    yield [...head, ...batch.map((entry) => (isCsv ? csvLine(cellsOf(entry)) : JSON.stringify(entry)))];
    head = [];
  }
  yield head;
}

const cellsOf = (activity: Activity): readonly unknown[] =>
  COLUMNS.map((column) => {
    const value = activity[column];
    if (Array.isArray(value)) return value.join(' ');
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  });

/**
 * A line of CSV (RFC 4180). A text that a spreadsheet would take for a formula has an apostrophe in front, since names
 * come from outside.
 */
const csvLine = (cells: readonly unknown[]): string =>
  stringify([[...cells]], { escape_formulas: true, eof: false });
