import { isResourceId } from '../../persistence/sql/resource-id.js';
import { AdministrationError } from '../administration.error.js';

/** Most elements of one page. */
const MAX_COUNT = 1000;
const DEFAULT_COUNT = 100;

/** Which page of a list is asked for. */
export interface PageRequest {
  /** How many elements, from 1 to 1,000; by default 100. */
  readonly count?: number;
  /** As the page before has it; undefined for the first page. */
  readonly cursor?: string | undefined;
}

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; null at the end of the list. */
  readonly next: string | null;
}

/**
 * Reads a page by its last id.
 *
 * @param read gives the elements behind an id, at most `count`
 * @throws AdministrationError for a count out of range and for a text that is no cursor
 */
export async function readPage<T>(
  { count = DEFAULT_COUNT, cursor }: PageRequest,
  idOf: (item: T) => string,
  read: (window: { readonly behind: string | undefined; readonly count: number }) => Promise<readonly T[]>,
): Promise<Page<T>> {
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
    throw new AdministrationError(`count is ${count}, and must be from 1 to ${MAX_COUNT}.`);
  }
  const found = await read({
    behind: cursor === undefined ? undefined : openCursor(cursor),
    count: count + 1,
  });
  const items = found.slice(0, count);
  const last = items.at(-1);
  return { items, next: found.length > count && last !== undefined ? makeCursor(idOf(last)) : null };
}

// Nothing is secret in a cursor; that it does not look like an id keeps clients from making their own.
const makeCursor = (id: string): string => Buffer.from(id, 'hex').toString('base64url');

const idIn = (cursor: string): string => Buffer.from(cursor, 'base64url').toString('hex');

/** Whether a text can be the cursor of a page. */
export const isCursor = (text: string): boolean =>
  isResourceId(idIn(text)) && makeCursor(idIn(text)) === text;

function openCursor(cursor: string): string {
  if (isCursor(cursor)) return idIn(cursor);
  throw new AdministrationError(
    'That is no cursor; take the one of the page before, or leave it out to begin anew.',
  );
}
