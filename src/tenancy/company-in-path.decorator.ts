import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const COMPANY_IN_PATH = 'rollcall:company-in-path';

/**
 * On a controller whose path names a company, by slug or id: whoever belongs to another one gets 404.
 * @param parameter - Of the path: `tenant_id` in `tenants/:tenant_id/…`.
 */
export const CompanyInPath = (parameter: string): CustomDecorator => SetMetadata(COMPANY_IN_PATH, parameter);
