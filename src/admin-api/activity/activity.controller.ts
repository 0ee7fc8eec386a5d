import { Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type ActivityFormat, activityLines } from '../../administration/journal/activity-lines.js';
import { Exports, NDJSON } from '../http/exports.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { Problem } from '../http/problem.js';
import { ActivityDetailView, ActivityListView, ActivityQuery, JournalPageQuery } from './activity.dto.js';

const CSV = 'text/csv';
/** By what they are asked for and named. RFC 4180 §2: a line of CSV ends with CRLF. */
const EXPORTS: Readonly<Record<string, { readonly format: ActivityFormat; readonly lineEnd: string }>> = {
  [NDJSON]: { format: 'ndjson', lineEnd: '\n' },
  [CSV]: { format: 'csv', lineEnd: '\r\n' },
};

@ApiTags('Activity')
@AdminController('companies/:company/activity')
export class AdminActivityController {
  constructor(
    private readonly administration: AdministrationPool,
    private readonly exports: Exports,
  ) {}

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'activity.read',
    id: 'listActivity',
    summary: 'List what was done in a company, and what was refused, the newest first',
    description:
      'Several conditions have to be met at once. Where `Accept` prefers `application/x-ndjson` or `text/csv`, all entries ' +
      'are sent, the oldest first: lines of JSON with up to 1,000 members each, or a table without. One export runs at a time.',
    answer: ActivityListView,
    alternatives: [
      { mediaType: NDJSON, example: '{"id":"04f1c9d2a7400003","operation":"members","outcome":"done"}' },
      { mediaType: CSV, example: 'at,id,operation,outcome' },
    ],
    refusals: [400, 404, 429],
  })
  async list(
    @Param('company') company: string,
    @Query() query: ActivityQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    response.vary('Accept');
    const mediaType = request.accepts(['application/json', ...Object.keys(EXPORTS)]);
    const exported = mediaType === false ? undefined : EXPORTS[mediaType];
    if (exported === undefined) {
      response.json(await this.administration.run(({ activity }) => activity.list(company, query, query)));
      return;
    }
    refuseParts(request);
    const { format, lineEnd } = exported;
    const contentType = format === 'csv' ? `${CSV}; charset=utf-8` : NDJSON;
    await this.exports.send(response, contentType, (write) =>
      this.administration.run(async ({ activity }) => {
        for await (const lines of activityLines(activity, company, query, format)) {
          if (!response.headersSent) response.attachment(`${company}-activity.${format}`);
          await write(lines.map((line) => line + lineEnd).join(''));
        }
      }),
    );
  }

  @Get(':id')
  @CompanyParam()
  @ApiParam({ name: 'id', example: '04f1c9d2a7400003' })
  @Operation({
    permission: 'activity.read',
    id: 'showActivity',
    summary: 'Show an entry with the members that came and went by it',
    description: '`count`, `cursor` and `next` are those of the members.',
    answer: ActivityDetailView,
    refusals: [400, 404],
  })
  show(
    @Param('company') company: string,
    @Param('id') id: string,
    @Query() query: JournalPageQuery,
  ): Promise<ActivityDetailView> {
    return this.administration.run(async ({ activity }) => {
      const entry = await activity.show(company, id);
      const { items: members, next } = await activity.members(company, id, query);
      return { ...entry, members, next };
    });
  }
}

/** @throws Problem 400 for what asks for a part of the entries, where all are sent */
function refuseParts({ query }: Request): void {
  const detail = 'an export has all entries; ask for JSON to get a part of them';
  const invalid = ['count', 'cursor']
    .filter((name) => name in query)
    .map((parameter) => ({ parameter, detail }));
  if (invalid.length > 0) throw new Problem(400, `The query is not what is expected: ${detail}.`, invalid);
}
