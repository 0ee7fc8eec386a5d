import { commandOf } from '../../config/command.js';
import { type ActivityFilter } from '../../persistence/journal/read-activity.js';
import { problemOfText } from '../../protocol/text/check-value.js';
import { AdministrationError } from '../administration.error.js';
import { findCompanyId } from '../find-company.js';
import { findEvenIfGone, type NamedCompany, shown } from '../find-resource.js';
import { type OwnerConnection } from '../owner-connection.js';

/**
 * The filter for what people name: `resource` and `member` by userName, displayName or id, `credential` by name or id.
 *
 * @throws AdministrationError where company and journal have nothing of a name, or several things; an id of a resource is taken
 *   as it is, since the journal knows what is deleted
 */
export async function filterByNames(
  connection: OwnerConnection,
  slug: string,
  { resource, member, credential, ...rest }: ActivityFilter,
): Promise<ActivityFilter> {
  const companyId = await findCompanyId(connection, slug);
  const idOf = (named: string): Promise<string> =>
    findEvenIfGone('user or group', connection, { companyId, slug }, named);
  return {
    ...rest,
    ...(resource !== undefined && { resource: await idOf(resource) }),
    ...(member !== undefined && { member: await idOf(member) }),
    ...(credential !== undefined && (await findCredential(connection, { companyId, slug }, credential))),
  };
}

interface Known {
  readonly id: boolean;
  readonly name: boolean;
}

/** An id comes first. Names are those of credentials as they are now, and as the journal has them. */
async function findCredential(
  connection: OwnerConnection,
  { companyId, slug }: NamedCompany,
  named: string,
): Promise<Pick<ActivityFilter, 'credential' | 'credentialName'>> {
  const look = async (text: string): Promise<Known> =>
    (await connection.query<Known>(text, [companyId, named])).rows[0]!;
  if (problemOfText(named) === undefined) {
    for (const { id, name } of [
      await look(REGISTERED),
      await connection.inCompany(companyId, () => look(JOURNALED)),
    ]) {
      if (id) return { credential: named };
      if (name) return { credentialName: named };
    }
  }
  throw new AdministrationError(
    `The company has no credential ${shown(named)}; name one by name or id. See: ` +
      ['token', 'client', 'issuer'].map((kind) => commandOf(`${kind} list ${slug}`)).join(', '),
    'unknown',
  );
}

const REGISTERED = `
  SELECT coalesce(bool_or(id = $2), false) AS id, coalesce(bool_or(name = $2), false) AS name FROM (
    SELECT id::text, name FROM access_tokens WHERE company_id = $1 AND client_id IS NULL
    UNION ALL SELECT id, name FROM oauth_clients WHERE company_id = $1
    UNION ALL SELECT 'jwt:' || id, name FROM token_issuers WHERE company_id = $1 OR company_id IS NULL) c`;

const JOURNALED = `
  SELECT EXISTS (SELECT FROM activity WHERE company_id = $1 AND credential_id = $2) AS id,
    EXISTS (SELECT FROM activity WHERE company_id = $1 AND credential_name = $2) AS name`;
