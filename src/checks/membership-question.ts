/** What a user may be named by. `externalId` and `email` need not be unique. */
export const USER_ID_TYPES = ['id', 'userName', 'externalId', 'email'] as const;
export type UserIdType = (typeof USER_ID_TYPES)[number];

/** What a group may be named by. `externalId` need not be unique, and `displayName` not in every company. */
export const GROUP_ID_TYPES = ['id', 'externalId', 'displayName'] as const;
export type GroupIdType = (typeof GROUP_ID_TYPES)[number];

/** A user or group as a caller names it. */
export interface Named<T extends string> {
  readonly by: T;
  readonly value: string;
}

export type NamedUser = Named<UserIdType>;
export type NamedGroup = Named<GroupIdType>;

/** What counts as a membership. */
export interface MembershipRule {
  /** Whether only members of the group itself count, and none by way of a group in it. */
  readonly directOnly: boolean;
  /** Whether users count who are not active. */
  readonly includeInactive: boolean;
}

/** Whether a user is a member of a group. */
export interface MembershipQuestion extends MembershipRule {
  readonly user: NamedUser;
  readonly group: NamedGroup;
}

/** Why a user is no member, where that is not plain: what was named does not exist, or the user is not in the group. */
export type NoMembershipReason = 'inactive' | 'ambiguous' | 'suspended';

/** The answer to a question. */
export interface MembershipDecision {
  readonly member: boolean;
  /**
   * `inactive`: the user is not active. `ambiguous`: several users or groups have what was named. `suspended`: nothing of
   * the company is served.
   */
  readonly reason?: NoMembershipReason;
}
