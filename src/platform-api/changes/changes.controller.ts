import { applyDecorators, Get, Param, Query, Req } from '@nestjs/common';
import { ApiExtraModels, ApiParam, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Company } from '../../access/decorators.js';
import { CompanyParam } from '../../admin-api/http/operation.js';
import { BY_RESOURCE_ID, readPage } from '../../admin-api/http/pages.js';
import { Problem } from '../../admin-api/http/problem.js';
import { ChangeIds } from '../../feed/change-ids.js';
import { FeedStore } from '../../feed/feed.store.js';
import { toChangeMember } from '../../feed/to-change.js';
import { type AbortSignalLike } from '../../scim/abort-signal.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { Caller, ClientSignal, type PlatformRequest } from '../access/decorators.js';
import { type PlatformCaller } from '../access/platform-caller.js';
import { Operation, PlatformController } from '../http/operation.js';
import { ChangesAnswer } from './changes-answer.js';
import {
  ChangeMembersQuery,
  ChangeMembersView,
  ChangesGapView,
  ChangesQuery,
  ChangesView,
  CompanyChangesQuery,
} from './changes.dto.js';

const SHOWN_ID = 30;

const MayBeGone = (): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(ChangesGapView),
    ApiResponse({
      status: 410,
      description: 'Gone',
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ChangesGapView) } } },
    }),
  );

@ApiTags('Changes')
@PlatformController('changes')
export class ChangesController {
  constructor(private readonly answer: ChangesAnswer) {}

  @Get()
  @MayBeGone()
  @Operation({
    scope: 'feed',
    id: 'listChanges',
    summary: 'Read changes of all companies of the credential, in the order in which they were committed',
    description:
      'The changes of one resource are in their order. Where there are none, the answer waits up to `wait` seconds for one.',
    answer: ChangesView,
    refusals: [400, 404],
  })
  list(
    @Query() query: ChangesQuery,
    @Caller() { id, hash, companies }: PlatformCaller,
    @ClientSignal() signal: AbortSignalLike,
    @Req() request: PlatformRequest,
  ): Promise<ChangesView> {
    const reader = { id, credential: hash, companies: companies === 'all' ? undefined : companies, signal };
    return this.answer.read(request, query, reader, request.namedCompany?.slug);
  }
}

@ApiTags('Changes')
@PlatformController('companies/:company/changes')
export class CompanyChangesController {
  constructor(
    private readonly answer: ChangesAnswer,
    private readonly store: FeedStore,
    private readonly ids: ChangeIds,
  ) {}

  @Get()
  @CompanyParam()
  @MayBeGone()
  @Operation({
    scope: 'feed',
    id: 'listCompanyChanges',
    summary: 'Read changes of one company, in the order in which they were committed',
    description: 'As for all companies; a token of the company reads them too.',
    answer: ChangesView,
    refusals: [400, 404],
  })
  list(
    @Query() query: CompanyChangesQuery,
    @Company() { companyId, slug }: CompanyScope,
    @Caller() { id, hash }: PlatformCaller,
    @ClientSignal() signal: AbortSignalLike,
    @Req() request: PlatformRequest,
  ): Promise<ChangesView> {
    return this.answer.read(request, query, { id, credential: hash, companies: [companyId], signal }, slug);
  }

  @Get(':change/members')
  @CompanyParam()
  @ApiParam({ name: 'change', description: 'The id of the change.', example: 'chg_q1mW5mYQb0k2m0Vt8nJ6Xw' })
  @Operation({
    scope: 'feed',
    id: 'listChangeMembers',
    summary: 'Read all members that came and went by a change',
    answer: ChangeMembersView,
    refusals: [400, 404],
  })
  async members(
    @Param('change') change: string,
    @Query() query: ChangeMembersQuery,
    @Company() scope: CompanyScope,
  ): Promise<ChangeMembersView> {
    const entry = this.ids.entryOf(scope.companyId, change);
    const { items, next } = await readPage(query, BY_RESOURCE_ID, async (part) => {
      const found = entry === undefined ? undefined : await this.store.members(scope, entry, part);
      if (found === undefined)
        throw new Problem(404, `There is no change ${change.slice(0, SHOWN_ID)} of members.`);
      return found;
    });
    return {
      items: items.map((member) => ({
        ...toChangeMember(member),
        change: member.sign === 1 ? 'added' : 'removed',
      })),
      next,
    };
  }
}
