import { Injectable } from '@nestjs/common';
import { FilterParser } from '../../protocol/filter/filter.parser.js';
import { type ListRequest } from '../../protocol/message/list-request.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type CompanyScope } from '../company-scope.js';
import { CursorPages, type ListPage } from '../cursors/cursor-pages.js';
import { type ListPlan, type StorePage } from './list-plan.js';
import { planList } from './plan-list.js';

/** What comes before and after the reading of a list. */
@Injectable()
export class ListPlanner {
  constructor(
    private readonly filterParser: FilterParser,
    private readonly cursors: CursorPages,
  ) {}

  /**
   * From what was asked to what the store is asked.
   * @param types One for the list of a resource type, all for the server's root.
   * @throws ScimError 400 as {@link planList}, and what is wrong with a cursor as `CursorPages.resolve`
   */
  plan(scope: CompanyScope, request: ListRequest, types: readonly ResourceType[]): ListPlan {
    const plan = planList(request, types, this.filterParser);
    if (!request.cursor) return plan;
    return this.cursors.resolve(request.cursor, plan, identityOf(scope, request, plan));
  }

  /** The page that the store gave for a plan, with the cursors of its neighbours where the list is paged by cursor. */
  answer<T>(scope: CompanyScope, request: ListRequest, plan: ListPlan, page: StorePage<T>): ListPage<T> {
    if (!request.cursor) return page;
    return { cursors: this.cursors.around(page.bounds, plan, identityOf(scope, request, plan)), ...page };
  }
}

/** Which list it is, whatever page of it: a cursor is good for no other one (RFC 9865 §5.2: for no other tenant). */
function identityOf(
  { companyId }: CompanyScope,
  { dialect, filter, sortBy, sortOrder }: ListRequest,
  { parts }: ListPlan,
): string {
  const endpoints = parts.map(({ type }) => type.endpoint);
  return JSON.stringify([
    companyId,
    endpoints,
    dialect,
    ...[filter, sortBy, sortOrder].map((text) => text ?? null),
  ]);
}
