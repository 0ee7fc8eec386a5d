import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn } from 'class-validator';
import { PageQuery, pageOf } from '../../admin-api/http/pages.js';
import { IsText, MayBeLeftOut } from '../../admin-api/http/values.js';
import { MOST_QUESTIONS } from '../../checks/membership-checks.js';
import { type EffectiveGroup } from '../../checks/membership-checks.store.js';
import {
  GROUP_ID_TYPES,
  type GroupIdType,
  type MembershipDecision,
  type MembershipQuestion,
  type MembershipRule,
  type NoMembershipReason,
  USER_ID_TYPES,
  type UserIdType,
} from '../../checks/membership-question.js';

/** How many characters the name of a user or group has at most. */
export const LONGEST_NAME = 2000;
const REASONS: readonly NoMembershipReason[] = ['inactive', 'ambiguous', 'suspended'];

/** A switch of a query: `true` or `false` as texts. */
const ReadsFlag = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));

/** What counts, for a query or a body. */
class RuleDto {
  @ApiPropertyOptional({
    description: 'Whether only members of the group itself count, and none by way of a group in it.',
    default: false,
  })
  @MayBeLeftOut()
  @ReadsFlag()
  @IsBoolean({ message: 'direct is true or false' })
  direct: boolean = false;

  @ApiPropertyOptional({ description: 'Whether users count who are not active.', default: false })
  @MayBeLeftOut()
  @ReadsFlag()
  @IsBoolean({ message: 'includeInactive is true or false' })
  includeInactive: boolean = false;
}

/** How users are named, beside. */
class UserNamesDto extends RuleDto {
  @ApiPropertyOptional({
    description:
      'What users are named by. Of several users with one externalId or email, nobody is a member.',
    enum: USER_ID_TYPES,
    default: 'id',
  })
  @MayBeLeftOut()
  @IsIn(USER_ID_TYPES, { message: `userIdType is one of ${USER_ID_TYPES.join(', ')}` })
  userIdType: UserIdType = 'id';
}

/** How groups are named, beside. */
export class NamesDto extends UserNamesDto {
  @ApiPropertyOptional({ description: 'What groups are named by.', enum: GROUP_ID_TYPES, default: 'id' })
  @MayBeLeftOut()
  @IsIn(GROUP_ID_TYPES, { message: `groupIdType is one of ${GROUP_ID_TYPES.join(', ')}` })
  groupIdType: GroupIdType = 'id';
}

export class CheckQuery extends NamesDto {
  @ApiProperty({ description: 'The user.', example: '0558a20c59000001' })
  @IsText(LONGEST_NAME)
  user!: string;

  @ApiProperty({ description: 'The group.', example: '0558a20ca1800003' })
  @IsText(LONGEST_NAME)
  group!: string;
}

class PairDto {
  @ApiProperty({ example: '0558a20c59000001' })
  user!: string;

  @ApiProperty({ example: '0558a20ca1800003' })
  group!: string;
}

/** For the document alone: a body is read by `ChecksPipe`. */
export class ChecksBody extends NamesDto {
  @ApiProperty({ type: [PairDto], minItems: 1, maxItems: MOST_QUESTIONS })
  checks!: PairDto[];
}

export class GroupsQuery extends IntersectionType(PageQuery, UserNamesDto) {}

const ReasonProperty = (): PropertyDecorator =>
  ApiPropertyOptional({
    enum: REASONS,
    description:
      'Why not, where that is not plain: `inactive`, the user is not active; `ambiguous`, several users or groups have ' +
      'the name; `suspended`, the company is.',
  });

export class DecisionView implements MembershipDecision {
  @ApiProperty({ description: 'Whether the user is a member of the group.', example: true })
  member!: boolean;

  @ReasonProperty()
  reason?: NoMembershipReason;
}

export class DecisionsView {
  @ApiProperty({ type: [DecisionView], description: 'In the order of the pairs.' })
  results!: readonly DecisionView[];
}

class EffectiveGroupView {
  @ApiProperty({ example: '0558a20ca1800003' })
  id!: string;

  @ApiProperty({ example: 'Engineering' })
  displayName!: string;

  @ApiPropertyOptional({ example: 'a4f7' })
  externalId?: string;

  @ApiProperty({
    enum: ['direct', 'indirect'],
    description: '`direct`: the user is a member of the group itself.',
  })
  type!: 'direct' | 'indirect';
}

export class EffectiveGroupsView extends pageOf(EffectiveGroupView, 'EffectiveGroupsPage') {
  @ReasonProperty()
  reason?: NoMembershipReason;
}

export const showGroup = ({ id, displayName, externalId, direct }: EffectiveGroup): EffectiveGroupView => ({
  id,
  displayName,
  ...(externalId !== undefined && { externalId }),
  type: direct ? 'direct' : 'indirect',
});

export const ruleOf = ({ direct, includeInactive }: RuleDto): MembershipRule => ({
  directOnly: direct,
  includeInactive,
});

export const questionOf = ({
  user,
  group,
  userIdType,
  groupIdType,
  ...rule
}: CheckQuery): MembershipQuestion => ({
  user: { by: userIdType, value: user },
  group: { by: groupIdType, value: group },
  ...ruleOf(rule),
});
