import { Injectable } from '@nestjs/common';
import { FilterParser } from '../../protocol/filter/filter.parser.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type CompanyScope } from '../company-scope.js';
import { CursorPages, type ListPage } from '../cursors/cursor-pages.js';
import { bindRootRequest, type ListRequest } from '../list-request.js';
import { type ResourceRead, ResourcesStore, type StoredResource } from './resources.store.js';

/** What can be done with the resources of a company whatever their type. */
@Injectable()
export class ResourcesService {
  constructor(
    private readonly store: ResourcesStore,
    private readonly filterParser: FilterParser,
    private readonly cursors: CursorPages,
    private readonly schemas: SchemaRegistry,
  ) {}

  /**
   * A query of the server's root (RFC 7644 §3.4.2.1).
   * @throws ScimError 400 `invalidFilter`, `invalidValue` for a sort that cannot be done, or what is wrong with a cursor.
   */
  async list(
    scope: CompanyScope,
    request: ListRequest,
    read: ResourceRead,
  ): Promise<ListPage<StoredResource>> {
    const query = bindRootRequest(request, this.schemas, this.filterParser);
    return this.cursors.read(scope, '', request, query, (asked) => this.store.list(scope, asked, read));
  }
}
