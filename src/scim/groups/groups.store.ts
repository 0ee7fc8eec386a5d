import { type MemberReference } from '../../protocol/error/scim-error.js';
import { type MembershipPlan } from '../../protocol/patch/change-set.js';
import { type Attributes, type StoredGroup } from '../../protocol/resource/resource.js';
import { type CompanyScope } from '../company-scope.js';
import { type ListPlan, type StorePage } from '../lists/list-plan.js';
import { type Precondition } from '../precondition.js';

/** Which derived parts of a group are read. */
export interface GroupRead {
  readonly members: boolean;
}

/** A group after a write, whether it is another one than before, and the member ids that were left out because the company ignores unknown ones. */
export interface WrittenGroup {
  readonly group: StoredGroup;
  readonly changed: boolean;
  readonly ignoredMembers: readonly MemberReference[];
}

export interface GroupUpdate {
  /** From the present attributes to the new ones; see `UsersStore.update`. */
  readonly change: (attributes: Attributes) => Attributes;
  readonly membership: MembershipPlan;
  readonly precondition: Precondition | undefined;
}

/**
 * Groups of a company as rows. Members are changed by set-based statements and never read to be changed.
 *
 * All methods may throw `ScimError`: 409 `uniqueness` where a displayName is taken and the company forbids
 * duplicates, 412 where the precondition fails, `UnknownMembersError` where a reference names nobody and the
 * company's setting is `reject`.
 */
export abstract class GroupsStore {
  abstract insert(
    scope: CompanyScope,
    attributes: Attributes,
    membership: MembershipPlan,
    read: GroupRead,
  ): Promise<WrittenGroup>;

  /** Undefined where the company has no such group. */
  abstract find(scope: CompanyScope, id: string, read: GroupRead): Promise<StoredGroup | undefined>;

  /** In the order of ids unless the plan, which is about groups alone, sorts. Resources are consumed in order, each one's members before the next. */
  abstract list(scope: CompanyScope, plan: ListPlan, read: GroupRead): Promise<StorePage<StoredGroup>>;

  /**
   * Version and lastModified move only if an attribute or the set of members changed in the end.
   * The answer is the group after the change; undefined where the company has no such group.
   */
  abstract update(
    scope: CompanyScope,
    id: string,
    update: GroupUpdate,
    read: GroupRead,
  ): Promise<WrittenGroup | undefined>;

  /** Groups that hold it as a member lose it, and their versions move. False where there was none. */
  abstract delete(scope: CompanyScope, id: string, precondition: Precondition | undefined): Promise<boolean>;
}
