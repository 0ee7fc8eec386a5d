import { Get, Req } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { namesOf } from '../../access/credential.js';
import { CompanyParam } from '../../admin-api/http/operation.js';
import { type PlatformRequest } from '../access/decorators.js';
import { Operation, PlatformController } from '../http/operation.js';

class PlatformCompanyView {
  @ApiProperty({ example: '0000000000000001' })
  id!: string;

  @ApiProperty({ example: 'acme' })
  slug!: string;

  @ApiProperty({
    description: 'Whether its own requests are refused; its changes and memberships are still told.',
  })
  suspended!: boolean;
}

@ApiTags('Companies')
@PlatformController('companies/:company')
export class PlatformCompanyController {
  @Get()
  @CompanyParam()
  @Operation({
    scope: 'any',
    id: 'showPlatformCompany',
    summary: 'Show a company that the own credential may read',
    answer: PlatformCompanyView,
    refusals: [404],
  })
  show(@Req() { namedCompany }: PlatformRequest): PlatformCompanyView {
    if (namedCompany === undefined) throw new Error('the guard let a request through that names no company');
    const { slug, suspended } = namedCompany;
    return { id: namesOf(namedCompany)[1] ?? '', slug, suspended };
  }
}
