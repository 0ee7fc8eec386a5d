import { Get, Param, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type RecordedRequest, type WholeRequest } from '../../administration/recording.js';
import { SecretBox } from '../../webhooks/secret-box.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { BY_RESOURCE_ID, type Page, readPage } from '../http/pages.js';
import { RecordedRequestListView, RecordedRequestsQuery, WholeRequestView } from './recording.dto.js';

@ApiTags('Recordings')
@AdminController('companies/:company/recorded-requests')
export class AdminRecordedRequestsController {
  constructor(
    private readonly administration: AdministrationPool,
    private readonly secrets: SecretBox,
  ) {}

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'recordings.read',
    id: 'listRecordedRequests',
    summary: 'List the recorded requests of a company, the newest first',
    answer: RecordedRequestListView,
    refusals: [400, 404],
  })
  list(
    @Param('company') company: string,
    @Query() { requestId, ...query }: RecordedRequestsQuery,
  ): Promise<Page<RecordedRequest>> {
    return this.administration.run(({ recordings }) =>
      readPage(query, BY_RESOURCE_ID, (part) =>
        recordings.list(company, { ...part, requestId }, this.secrets),
      ),
    );
  }

  @Get(':id')
  @CompanyParam()
  @ApiParam({ name: 'id', example: '0558ac4d70400001' })
  @Operation({
    permission: 'recordings.read',
    id: 'showRecordedRequest',
    summary: 'Show a recorded request as it came, and its answer',
    answer: WholeRequestView,
    refusals: [404, 409],
  })
  show(@Param('company') company: string, @Param('id') id: string): Promise<WholeRequest> {
    return this.administration.run(({ recordings }) => recordings.show(company, id, this.secrets));
  }
}
