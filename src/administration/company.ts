import { type Company as CompanyEntity } from '../persistence/entities/company.entity.js';
import { type ResourceCount } from '../persistence/entities/resource-count.entity.js';
import { formatResourceId } from '../persistence/sql/resource-id.js';
import { type CompanySettings } from '../scim/company-scope.js';
import { type OwnerConnection } from './owner-connection.js';

/** Settings that the database keeps by itself: the service need not know them. */
interface StoreSettings {
  /** Whether no two users of the company may have one `externalId`. */
  readonly uniqueExternalId: boolean;
  /** After how many days entries of the journal are removed, from 1 to 3,650. */
  readonly journalRetentionDays: number;
  /** After how many hours without a request the journal tells so; null for never. */
  readonly silentAfterHours: number | null;
}

/** What bounds how much the company may ask for. */
interface CompanyLimits {
  /** How many requests it may send a second; null for `RATE_LIMIT`. */
  readonly rateLimit: number | null;
}

/** What may be set of a company. */
export type AllCompanySettings = Required<CompanySettings> & StoreSettings & CompanyLimits;

/**
 * Whether the requests of a company are served: `active`; `paused` for reads alone; `suspended` and `deleted` for none.
 * `removable` is a deleted one that can't be brought back any more. `moving` is one whose last changes go over to another
 * cell, `arriving` one that is not quite in this cell yet, `moved` one that another cell serves.
 */
export type CompanyState =
  'active' | 'paused' | 'suspended' | 'deleted' | 'removable' | 'moving' | 'arriving' | 'moved';

/** A company with its settings, and how it does. Times are ISO 8601 in UTC. */
export interface Company {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly created: string;
  readonly state: CompanyState;
  readonly settings: AllCompanySettings;
  readonly users: number;
  readonly groups: number;
  /** Since when its requests are refused; null if they are not, or only since it was deleted. */
  readonly suspended: string | null;
  /** Until when its writes are refused; null if they are not. */
  readonly pausedUntil: string | null;
  /** Until when the deleted company can be brought back; null if it was not deleted. */
  readonly deleteAfter: string | null;
  /** The number of the cell that it was moved to; null if it was not. What is left of it here is removed after `deleteAfter`. */
  readonly movedTo: number | null;
  /** When one of its tokens or OAuth clients was last used, or a signed token for it, to the minute; null if none was yet. */
  readonly lastUsed: string | null;
  /** How many of its tokens that were made by hand, and of its client secrets, expire within 30 days without a successor. */
  readonly expiringCredentials: number;
}

type Count = Pick<ResourceCount, 'type' | 'count'>;

interface Health {
  readonly lastUsed: Date | null;
  readonly expiring: number;
}

/** What administrators see of companies, in the order in which they are given. */
export async function describeCompanies(
  connection: OwnerConnection,
  companies: readonly CompanyEntity[],
): Promise<readonly Company[]> {
  const health = await readHealth(
    connection,
    companies.map(({ id }) => id),
  );
  // Row-level security shows them of one company at a time.
  const counts = await connection.readEach<Count>(
    companies.map(({ id }) => id),
    (id) => ({
      text: 'SELECT type, count FROM resource_counts WHERE company_id = $1',
      values: [id],
      name: 'company.counts',
    }),
  );
  return companies.map((company, index) => toCompany(company, counts[index]!, health.get(company.id)));
}

export const settingsOf = (company: CompanyEntity): AllCompanySettings => ({
  duplicateGroupNames: company.duplicateGroupNames,
  unknownMembers: company.unknownMembers,
  uniqueExternalId: company.uniqueExternalId,
  journalRetentionDays: company.journalRetentionDays,
  journalValues: company.journalValues,
  recreate: company.recreate,
  reprovision: company.reprovision,
  rateLimit: company.rateLimit,
  silentAfterHours: company.silentAfterHours,
});

async function readHealth(
  connection: OwnerConnection,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Health>> {
  const { rows } = await connection.query<{ company_id: string; last_used: Date | null; expiring: number }>(
    `SELECT c.id AS company_id,
       greatest(
         (SELECT max(a.last_used) FROM access_tokens t JOIN token_activity a ON a.token_id = t.id
          WHERE t.company_id = c.id),
         (SELECT max(o.last_used) FROM oauth_clients o WHERE o.company_id = c.id),
         (SELECT max(i.last_used) FROM issuer_activity i WHERE i.company_id = c.id)) AS last_used,
       coalesce(e.credentials, 0)::int AS expiring
     FROM companies c LEFT JOIN (
       SELECT company_id, count(*) AS credentials FROM expiring_credentials(interval '30 days') GROUP BY company_id
     ) e ON e.company_id = c.id
     WHERE c.id = ANY ($1::bigint[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.company_id, { lastUsed: row.last_used, expiring: row.expiring }]));
}

function toCompany(
  company: CompanyEntity,
  counts: readonly Count[],
  { lastUsed, expiring }: Health = { lastUsed: null, expiring: 0 },
): Company {
  const count = (type: Count['type']): number =>
    counts.filter((each) => each.type === type).reduce((sum, each) => sum + Number(each.count), 0);
  const pausedUntil = isAhead(company.pausedUntil) ? company.pausedUntil : null;
  return {
    id: formatResourceId(company.id),
    slug: company.slug,
    name: company.name,
    created: company.created.toISOString(),
    state: stateOf(company),
    settings: settingsOf(company),
    users: count('User'),
    groups: count('Group'),
    suspended: company.suspended?.toISOString() ?? null,
    pausedUntil: pausedUntil?.toISOString() ?? null,
    deleteAfter: company.deleteAfter?.toISOString() ?? null,
    movedTo: isMoved(company) ? Number(company.elsewhere) : null,
    lastUsed: lastUsed?.toISOString() ?? null,
    expiringCredentials: expiring,
  };
}

const isMoved = ({ elsewhere }: CompanyEntity): boolean => elsewhere !== null && elsewhere !== 'arriving';

function stateOf(company: CompanyEntity): CompanyState {
  const { suspended, pausedUntil, deleteAfter, elsewhere, movingUntil } = company;
  if (elsewhere !== null) return isMoved(company) ? 'moved' : 'arriving';
  if (isAhead(movingUntil)) return 'moving';
  if (deleteAfter !== null) return isAhead(deleteAfter) ? 'deleted' : 'removable';
  if (suspended !== null) return 'suspended';
  return isAhead(pausedUntil) ? 'paused' : 'active';
}

const isAhead = (time: Date | null): boolean => time !== null && time.getTime() > Date.now();
