import { Injectable } from '@nestjs/common';
import { type CompanyScope } from '../scim/company-scope.js';
import {
  type EffectiveGroup,
  type Listed,
  type ListedPart,
  MembershipChecksStore,
} from './membership-checks.store.js';
import {
  type MembershipDecision,
  type MembershipQuestion,
  type MembershipRule,
  type NamedGroup,
  type NamedUser,
} from './membership-question.js';

/** How many questions one request may ask. */
export const MOST_QUESTIONS = 1000;

/** The company that is asked about. */
export interface CheckedCompany {
  readonly scope: CompanyScope;
  /** Whether the company is suspended: then nobody is a member of anything. */
  readonly suspended: boolean;
}

const NOTHING = { items: [], next: undefined, reason: 'suspended' } as const;

/** Answers who is in which group. Its methods throw as those of {@link MembershipChecksStore}. */
@Injectable()
export class MembershipChecks {
  constructor(private readonly store: MembershipChecksStore) {}

  /** The answers to all questions, in their order. */
  async decide(
    { scope, suspended }: CheckedCompany,
    questions: readonly MembershipQuestion[],
  ): Promise<readonly MembershipDecision[]> {
    if (suspended) return questions.map(() => ({ member: false, reason: 'suspended' }));
    return this.store.decide(scope, questions);
  }

  /** The groups that a user is a member of; undefined where there is no such user. */
  async groupsOf(
    { scope, suspended }: CheckedCompany,
    user: NamedUser,
    rule: MembershipRule,
    part: ListedPart,
  ): Promise<Listed<EffectiveGroup> | undefined> {
    return suspended ? NOTHING : this.store.groupsOf(scope, user, rule, part);
  }

  /** The ids of the users who are members of a group. */
  async usersOf(
    { scope, suspended }: CheckedCompany,
    group: NamedGroup,
    rule: MembershipRule,
    part: ListedPart,
  ): Promise<Listed<string>> {
    return suspended ? NOTHING : this.store.usersOf(scope, group, rule, part);
  }
}
