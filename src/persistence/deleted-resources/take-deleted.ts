import { type Attributes } from '../../protocol/resource/resource.js';
import { type CompanyKey } from '../../scim/company-scope.js';
import { type RestoredState } from '../journal/activity.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type WriteTransaction } from '../transaction/company-transaction.js';

/** A deleted resource that a creation brings back under its id. */
export interface TakenResource {
  /** 16 hex digits. */
  readonly id: string;
  /** The last version that it had, in decimal digits. */
  readonly version: string;
  readonly created: Date;
  readonly attributes: Attributes;
}

/**
 * Takes the deleted resource that a creation brings back: of those with the same name, or else with the same externalId, the one
 * that was deleted last. An erased person never comes back.
 *
 * @param nameKey the name in compared form
 * @returns undefined where there is none
 */
export async function takeDeleted(
  transaction: WriteTransaction,
  { companyId }: CompanyKey,
  type: 'User' | 'Group',
  nameKey: string,
  externalId: string | undefined,
): Promise<TakenResource | undefined> {
  const [company, name] = [sql`${parameter(companyId)}::bigint`, sql`${parameter(nameKey)}::text`];
  const { rows } = await transaction.run(
    toStatement(
      sql`DELETE FROM deleted_resources d WHERE d.company_id = ${company} AND d.id = (
          SELECT f.id FROM deleted_resources f
          WHERE f.company_id = ${company} AND f.type = ${parameter(type)}
            AND (f.name_key = ${name} OR f.external_id = ${parameter(externalId ?? null)}::text)
            AND NOT EXISTS (SELECT FROM erasures x WHERE x.company_id = ${company} AND x.user_id = f.id)
          ORDER BY f.name_key = ${name} DESC, f.deleted DESC LIMIT 1)
        RETURNING format_resource_id(d.id) AS id, d.version, d.created, d.attributes`,
      'deleted.take',
    ),
  );
  return rows[0] as TakenResource | undefined;
}

/** The columns that a resource which comes back keeps; a new resource gets their defaults. */
export const TAKEN_COLUMNS = sql`version, created`;

/** The values of {@link TAKEN_COLUMNS}: its next version. */
export const takenValues = ({ version, created }: TakenResource): SqlFragment =>
  sql`${parameter(version)}::bigint + 1, ${parameter(created.toISOString())}::timestamptz`;

/** What the journal tells of a resource that a creation has brought back. */
export function takenState({ attributes: before }: TakenResource, after: Attributes): RestoredState {
  const active = after['active'] !== false;
  return { deleted: true, ...((before['active'] !== false) !== active && { active }) };
}
