import { type MemberReference } from '../../protocol/error/scim-error.js';
import { type MembershipPlan } from '../../protocol/patch/change-set.js';
import { type Attributes, type StoredGroup } from '../../protocol/resource/resource.js';
import { type CompanyScope } from '../company-scope.js';
import { type ListPlan, type StorePage } from '../lists/list-plan.js';
import { type Precondition } from '../precondition.js';

/** Which derived parts of a group are read. */
export interface GroupRead {
  readonly members: boolean;
  /** Whether `display` of members that are users is the `userName` in the place of the display name. */
  readonly userNames?: boolean;
}

/**
 * A group after a write, whether it is another one than before, and the references that were left out because they name
 * nobody and the request or the company ignores such. The write stays committed where iterating the group's members
 * throws, since they could not be read afterwards.
 */
export interface WrittenGroup {
  readonly group: StoredGroup;
  readonly changed: boolean;
  readonly ignoredMembers: readonly MemberReference[];
}

export interface GroupUpdate {
  /** From the present attributes to the new ones; see `UsersStore.update`. */
  readonly change: (attributes: Attributes) => Attributes | Promise<Attributes>;
  readonly membership: MembershipPlan;
  readonly precondition: Precondition | undefined;
}

/**
 * The groups of a company. As in `UsersStore`, a method sees those of its scope alone, an unknown id is no error, and a
 * refused write changes nothing. Members are users and groups of the company, in the order of their ids and by their
 * present names; a group may be in itself. They are changed by set-based statements and never read to be changed.
 *
 * Writes throw `ScimError`: 412 where the precondition fails; `UnknownMembersError`, with all references that name
 * nobody, where they are not ignored; 409 `uniqueness` where another group has the displayName, compared by `foldCase`,
 * and the company forbids that, or where another resource has a value that must be unique (RFC 7643 §7); 400
 * `invalidValue` where displayName or externalId is longer than the store keeps. Lists throw as those of users do, and
 * every method throws `UnavailableError` where the store cannot answer at present.
 */
export abstract class GroupsStore {
  /**
   * The new group, at version 1, with an id of its own; ids ascend with time. Where the company wants that (`recreate`), it
   * is a deleted group of this `displayName` or `externalId` instead, in its next version.
   *
   * @throws ExistedBeforeError where that is so and it `mustBeNew`
   */
  abstract insert(
    scope: CompanyScope,
    attributes: Attributes,
    membership: MembershipPlan,
    read: GroupRead,
    mustBeNew?: boolean,
  ): Promise<WrittenGroup>;

  /** Undefined where the company has no such group. */
  abstract find(scope: CompanyScope, id: string, read: GroupRead): Promise<StoredGroup | undefined>;

  /**
   * What the plan, which is about groups alone, selects; in the order that `ListPlan` describes. Resources are consumed
   * in order, each one's members before the next.
   */
  abstract list(scope: CompanyScope, plan: ListPlan, read: GroupRead): Promise<StorePage<StoredGroup>>;

  /**
   * Locks the group, judges the precondition, then the references, and carries out the change and the membership plan.
   * An id in `remove` that is no member is passed over. Version and lastModified move only if an attribute or the set
   * of members changed in the end. Undefined where the company has no such group, whatever members are named.
   */
  abstract update(
    scope: CompanyScope,
    id: string,
    update: GroupUpdate,
    read: GroupRead,
  ): Promise<WrittenGroup | undefined>;

  /** Groups that hold it as a member lose it, and their versions move; its members stay. False where there was none. */
  abstract delete(scope: CompanyScope, id: string, precondition: Precondition | undefined): Promise<boolean>;
}
