import { type CompanyScope } from '../scim/company-scope.js';
import {
  type MembershipDecision,
  type MembershipQuestion,
  type MembershipRule,
  type NamedGroup,
  type NamedUser,
  type NoMembershipReason,
} from './membership-question.js';

/** Which part of a list is read, in the order of ids. */
export interface ListedPart {
  /** The id that the part begins behind; undefined for the first one. */
  readonly after: string | undefined;
  /** How many items are looked at, at most. */
  readonly limit: number;
}

/** A group of a user. */
export interface EffectiveGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | undefined;
  /** Whether the user is a member of the group itself. */
  readonly direct: boolean;
}

/** A part of a list. */
export interface Listed<T> {
  /** Why there is nothing, where that is not plain. */
  readonly reason?: NoMembershipReason;
  /** What does not count is missing, so that there may be fewer than were looked at. */
  readonly items: readonly T[];
  /** The id that the next part begins behind; undefined where there is none. */
  readonly next: string | undefined;
}

/**
 * Answers who is in which group, by way of other groups too. Each method is one round trip, of one moment. Ids of another
 * company are like those of nobody.
 *
 * All methods throw a ScimError 400 `tooMany` where there are more groups to go through than one request may.
 */
export abstract class MembershipChecksStore {
  /** The answers to all questions, in their order. */
  abstract decide(
    scope: CompanyScope,
    questions: readonly MembershipQuestion[],
  ): Promise<readonly MembershipDecision[]>;

  /** The groups that a user is a member of; undefined where there is no such user. */
  abstract groupsOf(
    scope: CompanyScope,
    user: NamedUser,
    rule: MembershipRule,
    part: ListedPart,
  ): Promise<Listed<EffectiveGroup> | undefined>;

  /** The ids of the users who are members of a group. */
  abstract usersOf(
    scope: CompanyScope,
    group: NamedGroup,
    rule: MembershipRule,
    part: ListedPart,
  ): Promise<Listed<string>>;
}
