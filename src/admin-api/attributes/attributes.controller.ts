import { Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type AttributeUsage } from '../../administration/attribute-usage.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { AttributeUsageView } from './attributes.dto.js';

@ApiTags('Companies')
@AdminController('companies/:company/attribute-usage')
export class AdminAttributesController {
  constructor(
    private readonly administration: AdministrationPool,
    private readonly registry: SchemaRegistry,
  ) {}

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'companies.read',
    id: 'showAttributeUsage',
    summary: 'Show how many users have which attributes, and what was sent and left out',
    description:
      'Looks at the newest 5,000 users, and at the newest 1,000 requests within 30 days of which a part was left out. No ' +
      'value is told.',
    answer: AttributeUsageView,
    refusals: [404],
  })
  show(@Param('company') company: string): Promise<AttributeUsage> {
    return this.administration.run(({ attributes }) => attributes.read(company, this.registry));
  }
}
