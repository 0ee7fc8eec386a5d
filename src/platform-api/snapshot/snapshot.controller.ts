import { Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { Company } from '../../access/decorators.js';
import { NDJSON } from '../../admin-api/http/exports.js';
import { CompanyParam } from '../../admin-api/http/operation.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { AnswerWriter } from '../../surfaces/http/answer.writer.js';
import { Operation, PlatformController } from '../http/operation.js';
import { Snapshots } from './snapshots.js';

@ApiTags('Changes')
@PlatformController('companies/:company/snapshot')
export class SnapshotController {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly writer: AnswerWriter,
  ) {}

  @Get()
  @CompanyParam()
  @Operation({
    scope: 'feed',
    id: 'readSnapshot',
    summary:
      'Read all users, groups and memberships of a company, and the position at which its changes go on',
    description:
      'A line of JSON each, of one moment: the position, the users, the groups, the memberships, and an end, without which ' +
      'the answer is not whole. Changes behind the position may be in it already: drop those with a version that is known. ' +
      'One of a company is made at a time.',
    answer: {
      mediaType: NDJSON,
      example:
        '{"type":"position","position":"kE8N0cTq1vS2mH3b","company":{"id":"0000000000000001","slug":"acme"}}',
    },
    refusals: [404],
  })
  async read(@Company() scope: CompanyScope, @Res() response: Response): Promise<void> {
    const text = await this.snapshots.open(scope);
    response.setHeader('Content-Type', NDJSON);
    await this.writer.send(response, 200, text);
  }
}
