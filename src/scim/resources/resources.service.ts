import { Injectable } from '@nestjs/common';
import { type ListRequest } from '../../protocol/message/list-request.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type CompanyScope } from '../company-scope.js';
import { type ListPage } from '../cursors/cursor-pages.js';
import { ListPlanner } from '../lists/list-planner.js';
import { type ResourceRead, ResourcesStore, type StoredResource } from './resources.store.js';

/** What can be done with the resources of a company whatever their type. */
@Injectable()
export class ResourcesService {
  constructor(
    private readonly store: ResourcesStore,
    private readonly lists: ListPlanner,
    private readonly schemas: SchemaRegistry,
  ) {}

  /**
   * A query of the server's root (RFC 7644 §3.4.2.1: resources of all types in one list).
   * @throws ScimError 400 `invalidFilter`, `invalidValue` for a sort that cannot be done, or what is wrong with a cursor.
   */
  async list(
    scope: CompanyScope,
    request: ListRequest,
    read: ResourceRead,
  ): Promise<ListPage<StoredResource>> {
    const plan = this.lists.plan(scope, request, this.schemas.types);
    const page = await this.store.list(scope, plan, read);
    return this.lists.answer(scope, request, plan, page);
  }
}
