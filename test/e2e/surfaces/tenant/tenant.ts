import { type TestApplication, type TestCompany } from '../../../support/application.js';
import { type ScimClient } from '../../../support/scim-client.js';
import { type Dialect } from '../../../../src/protocol/dialect/dialect.js';

/** URL of the surface as a client of this company configures it. */
export const baseOf = (application: TestApplication, tenant: string): string =>
  `${application.origin}/api/v1/tenants/${tenant}/scim/v2`;

/** A client of the surface with a new token of the company. */
export async function tenantClient(
  application: TestApplication,
  company: TestCompany,
  dialect?: Dialect,
): Promise<ScimClient> {
  return application.scim(await company.token(dialect), baseOf(application, company.slug));
}
