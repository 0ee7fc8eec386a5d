import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { notImplemented } from '../../protocol/error/scim-error.js';
import { CompanyInPath } from '../../tenancy/company-in-path.decorator.js';
import { ReadsMediaTypes } from '../shared/request-body.interceptor.js';
import { DocumentedBulk } from './operations.openapi.js';

/** RFC 7644 §3.7. */
@ApiTags('Bulk')
@CompanyInPath('tenant_id')
@ReadsMediaTypes(/^/)
@Controller('Bulk')
export class TenantBulkController {
  @Post()
  @DocumentedBulk()
  bulk(): void {
    throw notImplemented('Bulk is not offered here; send the operations one by one.');
  }
}
