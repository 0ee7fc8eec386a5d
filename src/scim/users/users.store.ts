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
 * Users of a company as rows. Ids are opaque text: one that is not 16 lower-case hex digits is unknown.
 *
 * All methods may throw `ScimError`: 409 `uniqueness` where a userName is taken, 412 where the precondition fails.
 */
export abstract class UsersStore {
  abstract insert(scope: CompanyScope, attributes: Attributes, read: UserRead): Promise<StoredUser>;

  /** Undefined where the company has no such user. */
  abstract find(scope: CompanyScope, id: string, read: UserRead): Promise<StoredUser | undefined>;

  /** In the order of ids unless the plan, which is about users alone, sorts. */
  abstract list(scope: CompanyScope, plan: ListPlan, read: UserRead): Promise<StorePage<StoredUser>>;

  /**
   * Locks the user, hands its attributes to `change`, writes what comes back. An equal result writes nothing:
   * version and lastModified stay. `change` may run again where the transaction is retried, and may throw.
   * Undefined where the company has no such user.
   */
  abstract update(
    scope: CompanyScope,
    id: string,
    change: (attributes: Attributes) => Attributes,
    precondition: Precondition | undefined,
    read: UserRead,
  ): Promise<WrittenUser | undefined>;

  /** Takes the user out of its groups, whose versions move, and deletes it. False where there was none. */
  abstract delete(scope: CompanyScope, id: string, precondition: Precondition | undefined): Promise<boolean>;
}
