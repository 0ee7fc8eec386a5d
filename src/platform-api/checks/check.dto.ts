import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn } from 'class-validator';
import { PageQuery, pageOf } from '../../admin-api/http/pages.js';
import { Problem, type InvalidValue } from '../../admin-api/http/problem.js';
import { ReadingPipe } from '../../admin-api/http/validation.pipe.js';
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
import { problemOfText } from '../../protocol/text/check-value.js';

const LONGEST_NAME = 2000;
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
class NamesDto extends UserNamesDto {
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

/** For the document alone: a body is read by {@link ChecksPipe}. */
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

export class EffectiveGroupView {
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

/**
 * Reads the questions of a body. What stands beside the pairs is read as everywhere; the pairs are read here, since to
 * validate a thousand objects by their class takes longer than to answer them.
 */
@Injectable()
export class ChecksPipe implements PipeTransform<unknown, Promise<MembershipQuestion[]>> {
  private readonly names = new ReadingPipe();

  /** @throws Problem 400 that names everything that is wrong beside the pairs, or every pair that is none */
  async transform(body: unknown): Promise<MembershipQuestion[]> {
    const { checks, ...beside } = (body ?? {}) as { readonly checks?: unknown };
    const names = (await this.names.transform(beside, { type: 'body', metatype: NamesDto })) as NamesDto;
    return questionsIn(requirePairs(checks), names);
  }
}

/** @throws Problem 400 */
function requirePairs(checks: unknown): readonly unknown[] {
  const detail = problemOfPairs(checks);
  if (detail === undefined) return checks as readonly unknown[];
  throw new Problem(400, `The body is not what is expected: ${detail}.`, [{ pointer: '#/checks', detail }]);
}

function problemOfPairs(checks: unknown): string | undefined {
  if (!Array.isArray(checks)) return 'checks is an array';
  if (checks.length === 0) return 'checks has at least one pair';
  return checks.length > MOST_QUESTIONS ? `checks has at most ${MOST_QUESTIONS} pairs` : undefined;
}

/** @throws Problem 400 that names every pair that is none */
function questionsIn(
  pairs: readonly unknown[],
  { userIdType, groupIdType, ...rule }: NamesDto,
): MembershipQuestion[] {
  const counts = ruleOf(rule);
  const questions = pairs.map((pair): MembershipQuestion => {
    const { user, group } = (typeof pair === 'object' && pair !== null ? pair : {}) as Partial<PairDto>;
    return {
      user: { by: userIdType, value: user ?? '' },
      group: { by: groupIdType, value: group ?? '' },
      ...counts,
    };
  });
  const invalid = questions.flatMap(({ user, group }, index) => [
    ...(isName(user.value) ? [] : [noName(index, 'user')]),
    ...(isName(group.value) ? [] : [noName(index, 'group')]),
  ]);
  if (invalid.length === 0) return questions;
  throw new Problem(
    400,
    `The body is not what is expected: ${invalid.length} names of users and groups are missing or no texts.`,
    invalid,
  );
}

const noName = (index: number, name: 'user' | 'group'): InvalidValue => ({
  pointer: `#/checks/${index}/${name}`,
  detail: `${name} is a text of 1 to ${LONGEST_NAME} characters`,
});

const isName = (value: unknown): boolean =>
  typeof value === 'string' &&
  value !== '' &&
  value.length <= LONGEST_NAME &&
  problemOfText(value) === undefined;
