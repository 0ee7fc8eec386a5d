import { Inject, Injectable } from '@nestjs/common';
import { Problem } from '../admin-api/http/problem.js';
import { type Listed, type ListedPart } from '../checks/membership-checks.store.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ScimError } from '../protocol/error/scim-error.js';
import { isJsonObject, type JsonObject, numberIn, ownValue } from '../protocol/json.js';
import { CURSOR_TIMEOUT, type CursorContent, CursorSeal } from '../scim/cursors/cursor-seal.js';

const DEFAULT_LIMIT = 100;

/** What a page of a search is told of itself (AuthZEN 1.0 §8.2.2). */
export interface PageView {
  /** Empty where there is no further page. */
  readonly next_token: string;
  readonly count: number;
}

/** An answer to a search (§8.3). */
export interface SearchAnswer<T> {
  readonly page: PageView;
  readonly context?: JsonObject;
  readonly results: readonly T[];
}

/** Pages of searches. A token holds the position and the limit, encrypted, and is good for one search alone. */
@Injectable()
export class SearchPages {
  constructor(
    private readonly seal: CursorSeal,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The part that a request asks for by `page` (§8.2.1).
   *
   * @param search says which search it is, down to company and entities
   * @throws Problem 400 for a token of another search, or one that is too old, and for another limit than that of the first
   *   page
   */
  read(body: JsonObject, search: string): ListedPart {
    const page = ownValue(body, 'page') ?? {};
    if (!isJsonObject(page)) throw new Problem(400, 'page is an object.');
    const limit = readLimit(page);
    const token = ownValue(page, 'token') ?? '';
    if (typeof token !== 'string')
      throw new Problem(400, 'page.token is the next_token of an earlier answer.');
    if (token === '') {
      return { after: undefined, limit: Math.min(limit ?? DEFAULT_LIMIT, this.settings.maxPageSize) };
    }
    const { position, count } = this.open(token, search);
    if (limit !== undefined && Math.min(limit, this.settings.maxPageSize) !== count) {
      throw new Problem(400, `page.limit is ${count}, as on the first page, or left out.`);
    }
    return { after: position.id, limit: count };
  }

  answer<T>(
    { items, next, reason }: Listed<unknown>,
    results: readonly T[],
    { limit }: ListedPart,
    search: string,
  ): SearchAnswer<T> {
    const position = next === undefined ? undefined : { id: next, key: null };
    const token = position && this.seal.seal({ position, backward: false, count: limit }, search);
    return {
      page: { next_token: token ?? '', count: items.length },
      ...(reason !== undefined && { context: { reason } }),
      results,
    };
  }

  private open(token: string, search: string): CursorContent {
    try {
      return this.seal.open(token, search);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      throw new Problem(
        400,
        `page.token is the next_token of an earlier answer to the same search, with the same entities, not older than ` +
          `${CURSOR_TIMEOUT} seconds.`,
      );
    }
  }
}

function readLimit(page: JsonObject): number | undefined {
  const value = ownValue(page, 'limit');
  if (value === undefined) return undefined;
  const limit = numberIn(value);
  if (limit !== undefined && Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new Problem(400, 'page.limit is a whole number that is not negative.');
}
