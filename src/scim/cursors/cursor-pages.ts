import { Injectable } from '@nestjs/common';
import { invalidCount } from '../../protocol/error/scim-error.js';
import { type CursorParameter } from '../../protocol/message/list-query.js';
import { type CompanyScope } from '../company-scope.js';
import { type ListRequest } from '../list-request.js';
import { type Paging, type StorePage } from '../store-query.js';
import { type CursorContent, CursorSeal } from './cursor-seal.js';

/** A page as a client sees it. */
export interface ListPage<T> {
  readonly totalResults: number;
  readonly resources: StorePage<T>['resources'];
  /** Present where the list is paged by cursor. */
  readonly cursors?: PageCursors;
}

export interface PageCursors {
  /** Absent on the first page. */
  readonly previousCursor?: string;
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** Pages lists by cursor where a request asks for it (RFC 9865). */
@Injectable()
export class CursorPages {
  constructor(private readonly seal: CursorSeal) {}

  /**
   * @param endpoint Whose list it is: `/Users`, `/Groups`, or nothing for the root.
   * @param query What was made of the request; with a cursor its paging is replaced.
   * @throws ScimError 400 `invalidCursor`, `expiredCursor`, or `invalidCount` where the page size is not that of the
   * first page
   */
  async read<Query extends Paging, T>(
    scope: CompanyScope,
    endpoint: '/Users' | '/Groups' | '',
    request: ListRequest,
    query: Query,
    readPage: (query: Query) => Promise<StorePage<T>>,
  ): Promise<ListPage<T>> {
    const { cursor, filter, sortBy, sortOrder, dialect } = request;
    if (cursor === undefined) return readPage(query);
    const list = JSON.stringify([
      scope.companyId,
      endpoint,
      dialect,
      ...[filter, sortBy, sortOrder].map((text) => text ?? null),
    ]);
    const opened = cursor.text === '' ? undefined : this.open(cursor, list);
    const backward = opened?.backward ?? false;
    const count = opened?.count ?? query.count;
    const stretch = { ...(opened ? { from: opened.position } : {}), backward };
    const { totalResults, resources, ends } = await readPage({ ...query, startIndex: 1, count, stretch });
    if (!ends) return { totalResults, resources, cursors: {} };
    const seal = (content: Pick<CursorContent, 'position' | 'backward'>): string =>
      this.seal.seal({ ...content, count }, list);
    const hasPrevious = backward ? ends.more : opened !== undefined;
    const hasNext = backward || ends.more;
    const cursors = {
      ...(hasPrevious ? { previousCursor: seal({ position: ends.first, backward: true }) } : {}),
      ...(hasNext ? { nextCursor: seal({ position: ends.last, backward: false }) } : {}),
    };
    return { totalResults, resources, cursors };
  }

  private open({ text, count }: CursorParameter, list: string): CursorContent {
    const opened = this.seal.open(text, list);
    if (count !== undefined && count !== opened.count) {
      throw invalidCount(`count: expected ${opened.count}, as on the first page of this walk`);
    }
    return opened;
  }
}
