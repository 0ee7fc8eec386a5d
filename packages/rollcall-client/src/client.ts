import {
  checkOne,
  type CheckOptions,
  decideAll,
  type EffectiveGroup,
  type EffectiveGroupsOptions,
  listGroups,
  type MembershipDecision,
  type MembershipPair,
} from './checks.js';
import { Connection, type ConnectionOptions } from './connection.js';
import {
  evaluateAll,
  evaluateOne,
  type Evaluation,
  type EvaluationDecision,
  type EvaluationOptions,
  type Evaluations,
  type EvaluationsDecision,
} from './evaluation.js';
import { type FeedOptions, readChanges, readFeed } from './feed.js';
import { follow, type FollowOptions, openSnapshot } from './follow.js';
import { changedMembers } from './members.js';
import { type Change, type ChangedMember, type FeedPage, type Snapshot } from './messages.js';
import { type Mirror } from './mirror.js';

/** Reads users, groups and memberships from Rollcall. One is enough for a process. */
export class RollcallClient {
  private readonly connection: Connection;

  /** @throws TypeError where the base URL is none */
  constructor(options: ConnectionOptions) {
    this.connection = new Connection(options);
  }

  /**
   * The changes of a company, or of all that the credential is for, in order and for ever.
   *
   * @throws PositionRefusedError where the feed can't go on from the position; RefusedError, FormatError
   */
  changes(options: FeedOptions = {}): AsyncGenerator<Change, void, undefined> {
    return readChanges(this.connection, options);
  }

  /** The same, page by page, with the position behind each page: for those who keep data and position in one transaction. */
  pages(options: FeedOptions = {}): AsyncGenerator<FeedPage, void, undefined> {
    return readFeed(this.connection, options);
  }

  /**
   * All members that came and went by a change, those too that its item has no room for.
   *
   * @throws RefusedError 404 where the change is kept no longer; ConnectionError, FormatError
   */
  members(change: Change, { signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<ChangedMember> {
    return changedMembers(this.connection, change, signal);
  }

  /**
   * All users, groups and memberships of a company at one moment.
   *
   * @throws RefusedError, ConnectionError, FormatError; the records may throw the last two as well
   */
  snapshot(company: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Snapshot> {
    return openSnapshot(this.connection, company, signal);
  }

  /**
   * Keeps a mirror up to date: with a snapshot first, with the feed from then on.
   *
   * @param mirror a `MembershipCache`, or tables of your own
   * @returns with `live: false` when the mirror has everything that is there; never otherwise
   * @throws what the mirror throws; the reason of the signal; RefusedError and FormatError
   */
  follow(company: string, mirror: Mirror, options: FollowOptions = {}): Promise<void> {
    return follow(this.connection, company, mirror, options);
  }

  /**
   * Asks whether a user is in a group, by way of other groups too, and active. Who or what does not exist is no member.
   *
   * @throws RefusedError, such as 404 for a company that there is not; ConnectionError, FormatError: never take one for a no
   */
  check(company: string, pair: MembershipPair, options: CheckOptions = {}): Promise<boolean> {
    return checkOne(this.connection, company, pair, options);
  }

  /** The same for any number of pairs, in their order. 1,000 go with one request, and are answered as of one moment. */
  async checks(
    company: string,
    pairs: readonly MembershipPair[],
    options: CheckOptions = {},
  ): Promise<boolean[]> {
    const decisions = await this.decide(company, pairs, options);
    return decisions.map(({ member }) => member);
  }

  /** The same with the reasons. */
  decide(
    company: string,
    pairs: readonly MembershipPair[],
    options: CheckOptions = {},
  ): Promise<MembershipDecision[]> {
    return decideAll(this.connection, company, pairs, options);
  }

  /**
   * The groups that a user is in, by way of other groups too; none where he is not active.
   *
   * @throws RefusedError, such as 404 for a user who does not exist; ConnectionError, FormatError
   */
  effectiveGroups(
    company: string,
    user: string,
    options: EffectiveGroupsOptions = {},
  ): AsyncGenerator<EffectiveGroup, void, undefined> {
    return listGroups(this.connection, company, user, options);
  }

  /** An evaluation in the form of OpenID AuthZEN 1.0, for those who speak it anyway. `check` costs less. */
  evaluate(evaluation: Evaluation, options: EvaluationOptions = {}): Promise<EvaluationDecision> {
    return evaluateOne(this.connection, evaluation, options);
  }

  /** Several evaluations in that form, in their order. */
  evaluations(evaluations: Evaluations, options: EvaluationOptions = {}): Promise<EvaluationsDecision> {
    return evaluateAll(this.connection, evaluations, options);
  }
}
