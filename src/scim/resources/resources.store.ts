import { type BoundFilter } from '../../protocol/filter/filter.js';
import { type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { type BoundAttribute } from '../../protocol/schema/attribute-path.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type CompanyScope } from '../company-scope.js';
import { type GroupRead } from '../groups/groups.store.js';
import { type Paging, type StorePage } from '../store-query.js';
import { type UserRead } from '../users/users.store.js';

/** A resource of any type. */
export type StoredResource =
  | { readonly type: 'User'; readonly user: StoredUser }
  | { readonly type: 'Group'; readonly group: StoredGroup };

/** What a list of several types takes from one of them. */
export interface RootPart {
  readonly type: ResourceType;
  readonly filter?: BoundFilter;
  /** Absent where the type lacks what the list is sorted by. */
  readonly sortBy?: BoundAttribute;
}

/** One list of several types, in one order. */
export interface RootQuery extends Paging {
  readonly parts: readonly RootPart[];
  readonly sort?: { readonly descending: boolean };
  /** See `StoreQuery.baseUri`. */
  readonly baseUri: string;
}

/** Which derived parts of each type are read. */
export interface ResourceRead {
  readonly user: UserRead;
  readonly group: GroupRead;
}

/** Users and groups of a company together. */
export abstract class ResourcesStore {
  /** In the order of ids unless the query sorts; all of one page, and the total, from one snapshot. */
  abstract list(
    scope: CompanyScope,
    query: RootQuery,
    read: ResourceRead,
  ): Promise<StorePage<StoredResource>>;
}
