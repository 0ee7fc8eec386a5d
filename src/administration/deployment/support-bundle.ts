import { arch, platform, release } from 'node:os';
import { findProgramPackage } from '../../config/program-package.js';
import { type ServiceSettings } from '../../config/settings.js';
import { type RefusalCountRow, selectRefusalCounts } from '../../persistence/journal/read-refusals.js';
import { readResourceId } from '../../persistence/sql/resource-id.js';
import { type AllCompanySettings, type Company, type CompanyState } from '../company.js';
import { type CompanyAdministration } from '../company-administration.js';
import { type Check } from '../doctor/check.js';
import { examine } from '../doctor/doctor.js';
import { type OwnerConnection } from '../owner-connection.js';
import { showSettings } from './shown-settings.js';

/** How many companies are described, in the order of their slugs. */
const MOST_COMPANIES = 200;
const DAYS = 7;
const DAY_MS = 86_400_000;
/** How many refusals of a company are counted. */
const MOST_REFUSALS = 1000;
/** How many reasons are told, the most frequent first. */
const MOST_REASONS = 50;

/** How many characters of a client's name for itself are shown, and which: none that an address has. */
const CLIENT = /^[\w ./()+-]{1,60}/;

/** The checks whose texts name no company, credential, host or folder. Of others the name and the status are told. */
const TELLING: ReadonlySet<string> = new Set([
  'Settings',
  'PostgreSQL',
  'Roles',
  'Service role',
  'Extensions',
  'Migrations',
  'Views',
  'Indexed forms',
  'Feed',
  'Clock',
  'Pooler',
  'SECRET_KEY',
  'Date header',
]);

/** What of PostgreSQL's configuration matters to the service. */
const DATABASE_SETTINGS = [
  'autovacuum',
  'client_connection_check_interval',
  'default_transaction_isolation',
  'effective_cache_size',
  'fsync',
  'idle_in_transaction_session_timeout',
  'jit',
  'lock_timeout',
  'maintenance_work_mem',
  'max_connections',
  'max_wal_size',
  'max_worker_processes',
  'random_page_cost',
  'server_version',
  'shared_buffers',
  'statement_timeout',
  'synchronous_commit',
  'synchronous_standby_names',
  'TimeZone',
  'wal_level',
  'work_mem',
];

/** How often requests of a company were refused for one reason. */
export interface RefusalCount {
  readonly surface: string | null;
  /** What the client calls itself, cut. */
  readonly client: string | null;
  readonly operation: string;
  readonly scimType: string | null;
  readonly status: number | null;
  readonly count: number;
  /** ISO 8601 in UTC. */
  readonly last: string;
}

/** A company without its names. */
export interface BundledCompany {
  readonly id: string;
  readonly state: CompanyState;
  readonly settings: AllCompanySettings;
  readonly users: number;
  readonly groups: number;
  readonly lastUsed: string | null;
  readonly expiringCredentials: number;
  readonly refusals: readonly RefusalCount[];
}

/**
 * What somebody who helps has to know of a deployment: without secrets, and without names or other data of people and
 * companies.
 */
export interface SupportBundle {
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly versions: Readonly<Record<'rollcall' | 'node' | 'system', string>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly checks: readonly {
    readonly name: string;
    readonly status: Check['status'];
    readonly found: string | null;
  }[];
  readonly database: {
    readonly settings: Readonly<Record<string, string>>;
    readonly bytes: number;
    readonly migrations: readonly string[];
  };
  readonly companies: readonly BundledCompany[];
  /** How many there are, described or not. */
  readonly companyCount: number;
}

/** Makes support bundles. */
export class SupportBundles {
  constructor(
    private readonly connection: OwnerConnection,
    private readonly companies: CompanyAdministration,
  ) {}

  async make(settings: ServiceSettings): Promise<SupportBundle> {
    const { ownerUrl, databaseUrl } = settings;
    const embedded = databaseUrl === undefined;
    const checks = await examine(
      settings,
      ownerUrl === undefined ? undefined : { directUrl: ownerUrl, embedded },
    );
    const described = await this.companies.listCompanies({ limit: MOST_COMPANIES });
    const companies: BundledCompany[] = [];
    for (const company of described) companies.push(await this.describe(company));
    return {
      created: new Date().toISOString(),
      versions: {
        rollcall: findProgramPackage().version,
        node: process.version,
        system: `${platform()} ${release()} ${arch()}`,
      },
      settings: { ...showSettings(settings) },
      checks: checks.map(({ name, status, found }) => ({
        name,
        status,
        found: TELLING.has(name) ? found : null,
      })),
      database: await this.describeDatabase(),
      companies,
      companyCount: await this.countCompanies(),
    };
  }

  private async describe(company: Company): Promise<BundledCompany> {
    const { id, state, settings, users, groups, lastUsed, expiringCredentials } = company;
    const companyId = readResourceId(id) ?? '0';
    const since = new Date(Date.now() - DAYS * DAY_MS);
    const rows = await this.connection.readByIndex<RefusalCountRow>(
      companyId,
      selectRefusalCounts(companyId, since, MOST_REFUSALS),
    );
    return {
      ...{ id, state, settings, users, groups, lastUsed, expiringCredentials },
      refusals: [...rows]
        .sort((one, other) => other.refused - one.refused)
        .slice(0, MOST_REASONS)
        .map(toRefusalCount),
    };
  }

  private async describeDatabase(): Promise<SupportBundle['database']> {
    const { rows: settings } = await this.connection.query<{ name: string; value: string }>(
      `SELECT name, setting || coalesce(' ' || unit, '') AS value FROM pg_settings WHERE name = ANY ($1) ORDER BY name`,
      [DATABASE_SETTINGS],
    );
    const { rows: sizes } = await this.connection.query<{ bytes: string }>(
      'SELECT pg_database_size(current_database()) AS bytes',
    );
    const { rows: migrations } = await this.connection.query<{ name: string }>(
      'SELECT name FROM migrations ORDER BY id',
    );
    return {
      settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
      bytes: Number(sizes[0]?.bytes),
      migrations: migrations.map(({ name }) => name),
    };
  }

  private async countCompanies(): Promise<number> {
    const { rows } = await this.connection.query<{ count: string }>(
      'SELECT count(*) AS count FROM companies',
    );
    return Number(rows[0]?.count);
  }
}

const toRefusalCount = ({
  client,
  scim_type: scimType,
  refused,
  last,
  ...row
}: RefusalCountRow): RefusalCount => ({
  ...row,
  client: CLIENT.exec(client ?? '')?.[0] ?? null,
  scimType,
  count: refused,
  last: last.toISOString(),
});
