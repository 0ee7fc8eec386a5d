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
  /** The id after which the part begins; undefined for the first part. */
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
  /** Why there are no items, where the list itself does not show it. */
  readonly reason?: NoMembershipReason;
  /** Items that do not count are left out, so that there may be fewer than `limit` although there are more behind them. */
  readonly items: readonly T[];
  /** The id after which the next part begins; undefined where there is none. */
  readonly next: string | undefined;
}

/**
 * Answers who is in which group, directly or through other groups. Each method is one round trip and sees one moment. Ids of
 * another company are treated as unknown.
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
