import { type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { type CompanyScope } from '../company-scope.js';
import { type GroupRead } from '../groups/groups.store.js';
import { type ListPlan, type StorePage } from '../lists/list-plan.js';
import { type UserRead } from '../users/users.store.js';

/** A resource of any type. */
export type StoredResource =
  | { readonly type: 'User'; readonly user: StoredUser }
  | { readonly type: 'Group'; readonly group: StoredGroup };

/** Which derived parts of each type are read. */
export interface ResourceRead {
  readonly user: UserRead;
  readonly group: GroupRead;
}

/** Users and groups of a company together. */
export abstract class ResourcesStore {
  /**
   * What the plan selects, in the order that `ListPlan` describes; all of one page, and the total, from one snapshot.
   * Throws as the lists of `UsersStore` do.
   */
  abstract list(scope: CompanyScope, plan: ListPlan, read: ResourceRead): Promise<StorePage<StoredResource>>;
}
