import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { CompanyParam } from '../../admin-api/http/operation.js';
import { Problem } from '../../admin-api/http/problem.js';
import { BY_RESOURCE_ID, cursorOf, positionIn } from '../../admin-api/http/pages.js';
import { ReadsJsonBody } from '../../admin-api/http/json-body.interceptor.js';
import { MembershipChecks } from '../../checks/membership-checks.js';
import { type MembershipDecision, type MembershipQuestion } from '../../checks/membership-question.js';
import { problemOfText } from '../../protocol/text/check-value.js';
import { Operation, PlatformController } from '../http/operation.js';
import { AskedCompany, AskedOf, AsksOnly } from './asked-company.js';
import {
  CheckQuery,
  ChecksBody,
  DecisionsView,
  DecisionView,
  EffectiveGroupsView,
  GroupsQuery,
  questionOf,
  ruleOf,
  showGroup,
} from './check.dto.js';
import { CheckPipe, ChecksPipe } from './questions.pipes.js';

const EXAMPLE = { checks: [{ user: '0558a20c59000001', group: '0558a20ca1800003' }] };

@ApiTags('Memberships')
@PlatformController('companies/:company', CheckPipe)
@AsksOnly()
export class PlatformChecksController {
  constructor(private readonly memberships: MembershipChecks) {}

  @Get('check')
  @CompanyParam()
  @Operation({
    scope: 'check',
    id: 'checkMembership',
    summary: 'Tell whether a user is a member of a group, by way of other groups too',
    description:
      'Users and groups that do not exist, and those of another company, are answered with `false` as any other.',
    answer: DecisionView,
    refusals: [400, 404],
  })
  async check(@AskedOf() asked: AskedCompany, @Query() query: CheckQuery): Promise<MembershipDecision> {
    const question = questionOf(query);
    const [decision] = await asked.answer((company) => this.memberships.decide(company, [question]));
    if (!decision) throw new Error('a question has no answer');
    return decision;
  }

  @Post('checks')
  @ReadsJsonBody()
  @CompanyParam()
  @Operation({
    scope: 'check',
    id: 'checkMemberships',
    summary: 'Tell of up to 1,000 pairs whether the user is a member of the group, as of one moment',
    status: 200,
    answer: DecisionsView,
    body: { type: ChecksBody, example: EXAMPLE },
    refusals: [404],
  })
  async checks(
    @AskedOf() asked: AskedCompany,
    @Body(ChecksPipe) questions: MembershipQuestion[],
  ): Promise<DecisionsView> {
    return { results: await asked.answer((company) => this.memberships.decide(company, questions)) };
  }

  @Get('users/:user/effective-groups')
  @CompanyParam()
  @ApiParam({ name: 'user', description: 'The user, named as userIdType says.', example: '0558a20c59000001' })
  @Operation({
    scope: 'search',
    id: 'listEffectiveGroups',
    summary: 'List the groups that a user is a member of, by way of other groups too',
    answer: EffectiveGroupsView,
    refusals: [400, 404],
  })
  async groups(
    @AskedOf() asked: AskedCompany,
    @Param('user') user: string,
    @Query() { count, cursor, userIdType, ...rule }: GroupsQuery,
  ): Promise<EffectiveGroupsView> {
    const part = {
      after: cursor === undefined ? undefined : positionIn(cursor, BY_RESOURCE_ID.isKey),
      limit: count,
    };
    const found =
      problemOfText(user) === undefined
        ? await asked.answer((company) =>
            this.memberships.groupsOf(company, { by: userIdType, value: user }, ruleOf(rule), part),
          )
        : undefined;
    if (!found) throw new Problem(404, 'There is no such user in this company.');
    const { items, next, reason } = found;
    return {
      items: items.map(showGroup),
      next: next === undefined ? null : cursorOf(next),
      ...(reason !== undefined && { reason }),
    };
  }
}
