import { type Attributes, type StoredUser } from '../../protocol/resource/resource.js';
import { type CompanyScope } from '../company-scope.js';
import { type ListPlan, type StorePage } from '../lists/list-plan.js';
import { type Precondition } from '../precondition.js';

/** Which derived parts of a user are read. */
export interface UserRead {
  readonly groups: boolean;
  readonly manager: boolean;
}

/** A user after a change, and whether there was anything to change. */
export interface WrittenUser {
  readonly user: StoredUser;
  readonly changed: boolean;
}

/**
 * The users of a company. A method sees those of its scope alone. Any text may be asked for as an id: what is not the
 * id of one of these users is unknown, which is no error. A refused write changes nothing.
 *
 * Writes throw `ScimError`: 409 `uniqueness` where another user has the userName, compared by `foldCase`, or another
 * resource has a value that must be unique (RFC 7643 §7); 412 where the precondition fails; 400 `invalidValue` where
 * userName, displayName or externalId is longer than the store keeps. A list throws 400 `tooMany` where its filter or
 * sort takes too long. Every method throws `UnavailableError` where the store cannot answer at present.
 */
export abstract class UsersStore {
  /**
   * The new user, at version 1, with an id of its own; ids ascend with time. Where the company wants that (`recreate`), it
   * is a deleted user of this `userName` or `externalId` instead, in its next version.
   *
   * @throws ExistedBeforeError where that is so and it `mustBeNew`
   */
  abstract insert(
    scope: CompanyScope,
    attributes: Attributes,
    read: UserRead,
    mustBeNew?: boolean,
  ): Promise<StoredUser>;

  /** Undefined where the company has no such user. */
  abstract find(scope: CompanyScope, id: string, read: UserRead): Promise<StoredUser | undefined>;

  /** What the plan, which is about users alone, selects; in the order that `ListPlan` describes. */
  abstract list(scope: CompanyScope, plan: ListPlan, read: UserRead): Promise<StorePage<StoredUser>>;

  /**
   * Locks the user, judges the precondition, hands the attributes to `change`, writes what comes back: of changes
   * made at once none is lost. An equal result (`equalJson`) writes nothing: version and lastModified stay. `change`
   * may run again where the transaction is retried; what it throws is thrown. Undefined where the company has no such
   * user.
   */
  abstract update(
    scope: CompanyScope,
    id: string,
    change: (attributes: Attributes) => Attributes | Promise<Attributes>,
    precondition: Precondition | undefined,
    read: UserRead,
  ): Promise<WrittenUser | undefined>;

  /** Takes the user out of its groups, whose versions move, and deletes it. False where there was none. */
  abstract delete(scope: CompanyScope, id: string, precondition: Precondition | undefined): Promise<boolean>;
}
