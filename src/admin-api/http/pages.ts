import { type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type as ConvertTo } from 'class-transformer';
import { Matches } from 'class-validator';
import { isResourceId, isRowId } from '../../administration/rows.js';
import { isSlug } from '../../config/slug.js';
import { Problem } from './problem.js';
import { IsWholeNumber, MayBeLeftOut } from './values.js';

const DEFAULT_COUNT = 50;
const MOST = 200;
const CURSOR = /^[\w-]{1,200}$/;

/** How much of a list is asked for. */
export class CountQuery {
  @ApiPropertyOptional({
    description: 'How many items at most.',
    default: DEFAULT_COUNT,
    minimum: 1,
    maximum: MOST,
  })
  @MayBeLeftOut()
  @ConvertTo(() => Number)
  @IsWholeNumber(1, MOST)
  count: number = DEFAULT_COUNT;
}

/** What a cursor may be, for documents. */
export const CursorProperty = (): PropertyDecorator =>
  ApiPropertyOptional({ description: 'The `next` of the part before; without it, the first part.' });

/** Which part of a list is asked for. */
export class PageQuery extends CountQuery {
  @CursorProperty()
  @MayBeLeftOut()
  @Matches(CURSOR, { message: 'cursor is the next of an earlier answer' })
  cursor?: string;
}

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next part; null at the end. */
  readonly next: string | null;
}

/** The schema of a {@link Page} for documents. */
export function pageOf<T>(item: Type<T>, name: string): Type<Page<T>> {
  class PageView implements Page<T> {
    @ApiProperty({ type: [item] })
    items!: T[];

    @ApiProperty({
      type: 'string',
      nullable: true,
      description: 'The cursor of the next part; null at the end.',
      example: null,
    })
    next!: string | null;
  }
  Object.defineProperty(PageView, 'name', { value: name });
  return PageView;
}

/** What a list is ordered by: a key of each item, which is unique and which whoever sees the list knows. */
export interface ListOrder<T> {
  readonly keyOf: (item: T) => string;
  readonly isKey: (text: string) => boolean;
}

export const BY_ROW_ID: ListOrder<{ readonly id: string }> = { keyOf: ({ id }) => id, isKey: isRowId };
export const BY_RESOURCE_ID: ListOrder<{ readonly id: string }> = {
  keyOf: ({ id }) => id,
  isKey: isResourceId,
};
export const BY_SLUG: ListOrder<{ readonly slug: string }> = { keyOf: ({ slug }) => slug, isKey: isSlug };

/**
 * Reads a page: one more item than were asked for tells whether there are any behind.
 *
 * @param read gets items behind one with this key, in the order of keys
 * @throws Problem 400 for a cursor that was not given
 */
export async function readPage<K, T extends K>(
  { count, cursor }: PageQuery,
  { keyOf, isKey }: ListOrder<K>,
  read: (part: { readonly after: string | undefined; readonly limit: number }) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const found = await read({
    after: cursor === undefined ? undefined : positionIn(cursor, isKey),
    limit: count + 1,
  });
  const items = found.slice(0, count);
  const last = items.at(-1);
  return { items, next: found.length > count && last ? cursorOf(keyOf(last)) : null };
}

/** The cursor of the part behind an item with this key. */
export const cursorOf = (key: string): string => Buffer.from(key, 'latin1').toString('base64url');

/**
 * The key in a cursor.
 *
 * @throws Problem 400 for a cursor that was not given
 */
export function positionIn(cursor: string, isKey: ListOrder<unknown>['isKey']): string {
  const key = Buffer.from(cursor, 'base64url').toString('latin1');
  if (isKey(key) && cursorOf(key) === cursor) return key;
  const detail = 'cursor is the next of an earlier answer';
  throw new Problem(400, `The query is not what is expected: ${detail}.`, [{ parameter: 'cursor', detail }]);
}
