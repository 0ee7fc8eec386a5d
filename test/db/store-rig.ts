import pg from 'pg';
import { type DataSource } from 'typeorm';
import { IndexedForms } from '../../src/persistence/indexed-forms/indexed-forms.js';
import { PostgresMembershipChecksStore } from '../../src/persistence/checks/postgres-membership-checks.store.js';
import { openDataSource } from '../../src/persistence/database/data-source.js';
import { PostgresGroupsStore } from '../../src/persistence/groups/postgres-groups.store.js';
import { PostgresResourcesStore } from '../../src/persistence/resources/postgres-resources.store.js';
import { PostgresCompanyTransaction } from '../../src/persistence/transaction/postgres-company-transaction.js';
import { PostgresUsersStore } from '../../src/persistence/users/postgres-users.store.js';
import { type MembershipPlan } from '../../src/protocol/patch/change-set.js';
import { type Member, type StoredGroup } from '../../src/protocol/resource/resource.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type SchemaRegistry } from '../../src/protocol/schema/schema-registry.js';
import { type ResourceType } from '../../src/protocol/schema/schema.js';
import { type CompanyScope, type CompanySettings, makeCompanyScope } from '../../src/scim/company-scope.js';
import { type ListPart, type ListPlan } from '../../src/scim/lists/list-plan.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

const SETTINGS = {
  poolSize: 10,
  queueTimeout: 60_000,
  writeTimeout: 60_000,
  statementTimeout: 20_000,
  streamTimeout: 60_000,
  databasePooler: 'none',
  databaseUrl: 'postgres://elsewhere.example/rollcall',
  workers: 1,
} as const;

/** The stores on a database of their own, and ways past them. */
export class StoreRig {
  private companies = 0;

  private constructor(
    readonly database: TestDatabase,
    /** The superuser: sees all rows. */
    readonly admin: pg.Client,
    private readonly dataSource: DataSource,
    readonly transaction: PostgresCompanyTransaction,
    readonly users: PostgresUsersStore,
    readonly groups: PostgresGroupsStore,
    readonly resources: PostgresResourcesStore,
    readonly checks: PostgresMembershipChecksStore,
    readonly indexed: IndexedForms,
  ) {}

  static async open(schemas: SchemaRegistry = BUILT_IN_RESOURCE_TYPES): Promise<StoreRig> {
    const database = await testDatabase();
    const admin = new pg.Client(database.adminUrl);
    await admin.connect();
    const dataSource = await openDataSource(database.url, SETTINGS);
    const indexed = new IndexedForms(schemas);
    const transaction = new PostgresCompanyTransaction(dataSource, database.url, SETTINGS, indexed);
    await transaction.loadIndexedForms();
    const users = new PostgresUsersStore(transaction, schemas, indexed);
    const groups = new PostgresGroupsStore(transaction, schemas, indexed);
    const resources = new PostgresResourcesStore(transaction);
    const checks = new PostgresMembershipChecksStore(transaction, schemas, indexed);
    const stores = [users, groups, resources, checks] as const;
    return new StoreRig(database, admin, dataSource, transaction, ...stores, indexed);
  }

  async company(settings: Partial<CompanySettings> = {}): Promise<CompanyScope> {
    const slug = `company-${++this.companies}`;
    const { duplicateGroupNames = false, unknownMembers = 'reject' } = settings;
    const { rows } = await this.admin.query<{ id: string }>(
      'INSERT INTO companies (slug, name, duplicate_group_names, unknown_members) VALUES ($1, $1, $2, $3) RETURNING id',
      [slug, duplicateGroupNames, unknownMembers],
    );
    const companyId = rows[0]?.id ?? '';
    return makeCompanyScope({ companyId, slug, settings: { duplicateGroupNames, unknownMembers } });
  }

  /** A connection as the service's role; without a company until one is set. */
  async asService(companyId?: string): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.database.url,
      options: '-c role=rollcall_service',
    });
    await client.connect();
    if (companyId !== undefined) {
      await client.query(`SELECT set_config('rollcall.company_id', $1, false)`, [companyId]);
    }
    return client;
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await this.admin.end();
    await this.database.close();
  }
}

/** The plan of a list of one type: the first 100 in the order of ids where nothing else is said. */
export function listOf(
  type: ResourceType,
  { filter, sortBy, ...list }: Omit<ListPart, 'type'> & Omit<Partial<ListPlan>, 'parts'> = {},
): ListPlan {
  const part = { type, ...(filter && { filter }), ...(sortBy && { sortBy }) };
  return { parts: [part], startIndex: 1, count: 100, baseUri: 'https://x', ...list };
}

/** The plan of a request that names members without operations. */
export function delta(change: {
  clear?: boolean;
  add?: readonly string[];
  remove?: readonly string[];
}): MembershipPlan {
  const { clear = false, add = [], remove = [] } = change;
  return { steps: [{ kind: 'delta', clear, add, remove }], references: add.map((value) => ({ value })) };
}

export const NO_MEMBER_CHANGE: MembershipPlan = { steps: [], references: [] };

/** All members of a group, streamed or not. */
export async function membersOf(group: StoredGroup | undefined): Promise<Member[]> {
  const members: Member[] = [];
  if (!group?.members) throw new Error('the group was read without its members');
  if (Array.isArray(group.members)) return group.members as Member[];
  for await (const batch of group.members as AsyncIterable<readonly Member[]>) members.push(...batch);
  return members;
}
