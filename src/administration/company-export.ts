import { formatResourceId } from '../persistence/sql/resource-id.js';
import { type JsonObject } from '../protocol/json.js';
import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { type AllCompanySettings, settingsOf } from './company.js';
import { findCompany } from './find-company.js';
import { type OwnerConnection } from './owner-connection.js';

const BATCH_SIZE = 1000;
/** How long an export may take, since its transaction keeps old rows from being cleaned up. */
const LONGEST_MS = 30 * 60_000;
const RETRY_SECONDS = 60;

/** How many of each kind an export holds. */
export interface ExportCounts {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}

/** A line of an export: the company first, then its users, groups and memberships, the end last. */
export type ExportLine =
  | ({
      readonly type: 'company';
      /** 16 hexadecimal digits, as all ids here. */
      readonly id: string;
      readonly slug: string;
      readonly name: string;
      readonly created: string;
      readonly settings: AllCompanySettings;
      /** When the export was begun, in ISO 8601 and UTC, as all times here. */
      readonly exported: string;
    } & ExportCounts)
  | {
      readonly type: 'user' | 'group';
      readonly id: string;
      readonly version: number;
      readonly created: string;
      readonly lastModified: string;
      /** As they were sent; those of a group without its members. */
      readonly attributes: JsonObject;
    }
  | {
      readonly type: 'membership';
      readonly group: string;
      readonly member: string;
      readonly memberType: 'User' | 'Group';
    }
  | ({ readonly type: 'end' } & ExportCounts);

interface ResourceRow {
  readonly id: string;
  readonly version: string;
  readonly created: Date;
  readonly last_modified: Date;
  readonly attributes: JsonObject;
}

interface MembershipRow {
  readonly group_id: string;
  readonly member_id: string;
  readonly is_user: boolean;
}

/** Reads all that a company has. It holds no hash, secret or token. */
export class CompanyExport {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * Exports a company as it is at one moment: in one transaction that sees no later change.
   *
   * @param write takes lines in their order; the next ones are read when it is done
   * @throws AdministrationError where there is no such company; UnavailableError where it takes longer than half an hour
   */
  async exportCompany(
    named: string,
    write: (lines: readonly ExportLine[]) => Promise<void>,
  ): Promise<ExportCounts> {
    await this.connection.inTransaction(async () => {
      const { id, name } = await findCompany(this.connection, named);
      await this.connection.record(id, { operation: 'company.exported', display: name });
    });
    return this.connection.inTransaction(async () => {
      await this.connection.query('SET TRANSACTION READ ONLY');
      const company = await findCompany(this.connection, named);
      await this.connection.becomeService(company.id);
      const counts = await this.count(company.id);
      const line: ExportLine = {
        type: 'company',
        id: formatResourceId(company.id),
        slug: company.slug,
        name: company.name,
        created: company.created.toISOString(),
        settings: settingsOf(company),
        exported: new Date().toISOString(),
        ...counts,
      };
      await write([line]);
      const deadline = Date.now() + LONGEST_MS;
      await this.read('users', company.id, deadline, (rows) =>
        write(rows.map((row) => toResource('user', row))),
      );
      await this.read('groups', company.id, deadline, (rows) =>
        write(rows.map((row) => toResource('group', row))),
      );
      await this.read('memberships', company.id, deadline, (rows) => write(rows.map(toMembership)));
      await write([{ type: 'end', ...counts }]);
      return counts;
    }, 'REPEATABLE READ');
  }

  private async count(companyId: string): Promise<ExportCounts> {
    const { rows } = await this.connection.query<{ users: string; groups: string; memberships: string }>(
      `SELECT (SELECT count(*) FROM users WHERE company_id = $1) AS users,
         (SELECT count(*) FROM groups WHERE company_id = $1) AS groups,
         (SELECT count(*) FROM memberships WHERE company_id = $1) AS memberships`,
      [companyId],
    );
    const { users = 0, groups = 0, memberships = 0 } = rows[0] ?? {};
    return { users: Number(users), groups: Number(groups), memberships: Number(memberships) };
  }

  /** Reads a table by a cursor, in the order of its primary key. */
  private async read<T extends keyof typeof SELECTIONS>(
    table: T,
    companyId: string,
    deadline: number,
    write: (rows: readonly RowOf<T>[]) => Promise<void>,
  ): Promise<void> {
    const { columns, order } = SELECTIONS[table];
    await this.connection.query(
      `DECLARE export_${table} NO SCROLL CURSOR FOR
         SELECT ${columns} FROM ${table} WHERE company_id = $1 ORDER BY company_id, ${order}`,
      [companyId],
    );
    let found: readonly RowOf<T>[];
    do {
      if (Date.now() > deadline) {
        throw new UnavailableError('The export took longer than half an hour.', RETRY_SECONDS);
      }
      ({ rows: found } = await this.connection.query<RowOf<T>>(`FETCH ${BATCH_SIZE} FROM export_${table}`));
      if (found.length > 0) await write(found);
    } while (found.length === BATCH_SIZE);
    await this.connection.query(`CLOSE export_${table}`);
  }
}

const RESOURCE = { columns: 'id, version, created, last_modified, attributes', order: 'id' };

const SELECTIONS = {
  users: RESOURCE,
  groups: RESOURCE,
  memberships: {
    columns: 'group_id, member_id, member_user_id IS NOT NULL AS is_user',
    order: 'group_id, member_id',
  },
} as const;

type RowOf<T extends keyof typeof SELECTIONS> = T extends 'memberships' ? MembershipRow : ResourceRow;

const toResource = (type: 'user' | 'group', row: ResourceRow): ExportLine => ({
  type,
  id: formatResourceId(row.id),
  version: Number(row.version),
  created: row.created.toISOString(),
  lastModified: row.last_modified.toISOString(),
  attributes: row.attributes,
});

const toMembership = (row: MembershipRow): ExportLine => ({
  type: 'membership',
  group: formatResourceId(row.group_id),
  member: formatResourceId(row.member_id),
  memberType: row.is_user ? 'User' : 'Group',
});
