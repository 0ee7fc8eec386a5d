import { type TestApplication, type TestCompany } from '../../../support/application.js';
import { type ScimClient } from '../../../support/scim-client.js';
import { type Dialect } from '../../../../src/protocol/dialect/dialect.js';

/** URL of the surface as a client of this company configures it. */
export const baseOf = (application: TestApplication, tenant: string): string =>
  `${application.origin}/api/v1/tenants/${tenant}/scim/v2`;

/** A client of the surface with a new token of the company. */
export async function scaikeyClient(
  application: TestApplication,
  company: TestCompany,
  dialect?: Dialect,
): Promise<ScimClient> {
  return application.scim(await company.token(dialect), baseOf(application, company.slug));
}

/** A company's id as 16 hex digits, another name for it in paths; the database alone tells it. */
export async function companyId({ database }: TestApplication, slug: string): Promise<string> {
  const superuser = await database.superuser();
  const { rows } = await superuser.query<{ id: string }>('SELECT id FROM companies WHERE slug = $1', [slug]);
  return BigInt(rows[0]?.id ?? 0)
    .toString(16)
    .padStart(16, '0');
}
