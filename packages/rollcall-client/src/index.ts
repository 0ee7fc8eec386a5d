export { RollcallClient } from './client.js';
export {
  type CheckOptions,
  type EffectiveGroup,
  type EffectiveGroupsOptions,
  type GroupIdType,
  type MembershipDecision,
  type MembershipPair,
  type MembershipRule,
  type NoMembershipReason,
  type UserIdType,
} from './checks.js';
export {
  type Entity,
  type Evaluation,
  type EvaluationDecision,
  type EvaluationOptions,
  type Evaluations,
  type EvaluationsDecision,
} from './evaluation.js';
export { type ConnectionOptions } from './connection.js';
export * from './errors.js';
export { type FeedOptions, type PositionStore } from './feed.js';
export { type FollowOptions } from './follow.js';
export { MembershipCache, type MembershipCacheOptions } from './membership-cache.js';
export { type CachedGroup, type CachedUser } from './company-state.js';
export type * from './messages.js';
export { type Mirror } from './mirror.js';
export {
  type VerifiedWebhook,
  WebhookError,
  type WebhookFault,
  type WebhookHeaders,
  WebhookVerifier,
  type WebhookVerifierOptions,
} from './webhooks.js';
