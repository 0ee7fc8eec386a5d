import { Injectable } from '@nestjs/common';
import { invalidCount } from '../../protocol/error/scim-error.js';
import { type CursorParameter } from '../../protocol/message/list-request.js';
import { type ListPlan, type PageBounds, type Position, type StorePage } from '../lists/list-plan.js';
import { CursorSeal } from './cursor-seal.js';

/** A page as a client sees it. */
export interface ListPage<T> {
  readonly totalResults: number;
  readonly resources: StorePage<T>['resources'];
  /** See `StorePage`. */
  readonly bounds?: PageBounds;
  /** Present where the list is paged by cursor. */
  readonly cursors?: PageCursors;
}

export interface PageCursors {
  /** Absent on the first page. */
  readonly previousCursor?: string;
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** Turns cursors into pages by keyset, and the ends of such a page into cursors (RFC 9865). */
@Injectable()
export class CursorPages {
  constructor(private readonly seal: CursorSeal) {}

  /**
   * The plan of the page that a cursor leads to.
   * @param list Says which list it is; a cursor that was made for another one is refused.
   * @throws ScimError 400 `invalidCursor`, `expiredCursor`, or `invalidCount` where the page size is not that of the
   * first page
   */
  resolve({ text, count }: CursorParameter, plan: ListPlan, list: string): ListPlan {
    if (text === '') return { ...plan, keyset: { backward: false } };
    const opened = this.seal.open(text, list);
    if (count !== undefined && count !== opened.count) {
      throw invalidCount(`count: expected ${opened.count}, as on the first page of this walk`);
    }
    const { position: from, backward } = opened;
    return { ...plan, count: opened.count, keyset: { from, backward } };
  }

  /**
   * The cursors of the pages before and behind the one that was read.
   * @param bounds Of that page; undefined where it is empty, and then there are no cursors.
   * @param plan By which it was read, as {@link resolve} made it.
   */
  around(bounds: PageBounds | undefined, { keyset, count }: ListPlan, list: string): PageCursors {
    if (!keyset || !bounds) return {};
    const seal = (position: Position, backward: boolean): string =>
      this.seal.seal({ position, backward, count }, list);
    const hasPrevious = keyset.backward ? bounds.hasMore : keyset.from !== undefined;
    const hasNext = keyset.backward || bounds.hasMore;
    return {
      ...(hasPrevious ? { previousCursor: seal(bounds.first, true) } : {}),
      ...(hasNext ? { nextCursor: seal(bounds.last, false) } : {}),
    };
  }
}
