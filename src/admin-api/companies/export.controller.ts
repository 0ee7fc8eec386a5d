import { Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { Exports, NDJSON } from '../http/exports.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';

@ApiTags('Companies')
@AdminController('companies/:company/export')
export class AdminExportController {
  constructor(
    private readonly administration: AdministrationPool,
    private readonly exports: Exports,
  ) {}

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'companies.export',
    id: 'exportCompany',
    summary: 'Export all that a company has, as it is at one moment',
    description:
      'A line of JSON each: the company, its users, groups and memberships, and an end, without which the export is not ' +
      'whole. It holds no hash and no secret. One export runs at a time.',
    answer: { mediaType: NDJSON, example: '{"type":"company","id":"0000000000000001","slug":"acme"}' },
    refusals: [404],
  })
  export(@Param('company') company: string, @Res() response: Response): Promise<void> {
    return this.exports.send(response, NDJSON, (write) =>
      this.administration.run(({ exports }) =>
        exports.exportCompany(company, (lines) => {
          const [first] = lines;
          if (first?.type === 'company') response.attachment(`${first.slug}.ndjson`);
          return write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
        }),
      ),
    );
  }
}
