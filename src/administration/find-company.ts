import { Company } from '../persistence/entities/company.entity.js';
import { readResourceId } from '../persistence/sql/resource-id.js';
import { isSlug } from '../config/slug.js';
import { AdministrationError } from './administration.error.js';
import { type OwnerConnection } from './owner-connection.js';

/**
 * The company of a slug, or of an id in 16 hexadecimal digits.
 *
 * @throws AdministrationError where there is none
 */
export async function findCompany(
  connection: Pick<OwnerConnection, 'repository'>,
  named: string,
): Promise<Company> {
  const id = readResourceId(named);
  const where = id === undefined ? { slug: named } : { id };
  const known = id !== undefined || isSlug(named);
  const company = known ? await connection.repository(Company).findOneBy(where) : null;
  if (company === null) {
    throw new AdministrationError(`There is no company ${shown(named)}.`, 'unknown', 'company list');
  }
  return company;
}

/**
 * The id of a company, in decimal digits.
 *
 * @throws AdministrationError where there is no company of this slug or id
 */
export const findCompanyId = async (
  connection: Pick<OwnerConnection, 'repository'>,
  named: string,
): Promise<string> => (await findCompany(connection, named)).id;

const LONGEST_SLUG = 63;

const shown = (named: string): string =>
  named.length > LONGEST_SLUG ? `${named.slice(0, LONGEST_SLUG)}…` : named;
