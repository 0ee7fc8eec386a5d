import { BY_INDEX } from '../persistence/sql/by-index.js';
import { AdministrationError } from './administration.error.js';
import { findCompanyId } from './find-company.js';
import { type OwnerConnection } from './owner-connection.js';

/** Rows that are removed in one transaction, so that no transaction is long. */
const BATCH_SIZE = 1000;

/**
 * The tables with many rows of a company, and the rest of their primary keys. Those that refer to others come first, so
 * that removing a row never removes many of another table.
 */
const TABLES: readonly (readonly [table: string, key: string])[] = [
  ['memberships', 'group_id, member_id'],
  ['unique_values', 'attribute, value_hash'],
  ['erasures', 'user_id'],
  ['guard_minutes', 'subject, minute, slot'],
  ['held_removals', 'resource_id'],
  ['deleted_resources', 'id'],
  ['webhook_deliveries', 'webhook_id, id'],
  ['users', 'id'],
  ['groups', 'id'],
];

/** The tables that only the role of the journal sees. No foreign key leads to those of the journal. */
const JOURNAL_TABLES: typeof TABLES = [
  ['activity_members', 'group_id, activity_id, member_id'],
  ['activity', 'id'],
  ['outbox', 'seq'],
  ['feed', 'position'],
  ['recorded_requests', 'id'],
];

/** Runs a batch in a transaction with the rights that its table needs. */
type Transact = <T>(work: () => Promise<T>) => Promise<T>;

/** Removes companies that were deleted and whose grace is over. */
export class CompanyPurge {
  constructor(private readonly connection: OwnerConnection) {}

  /** The slugs of all companies that can be removed, those first whose grace ended first. */
  async findDue(): Promise<readonly string[]> {
    const { rows } = await this.connection.query<{ slug: string }>(
      'SELECT slug FROM companies WHERE delete_after <= now() ORDER BY delete_after, id',
    );
    return rows.map(({ slug }) => slug);
  }

  /**
   * Removes a company with its users, groups, tokens and issuers, batch by batch. If it is interrupted, the next call
   * goes on where it stopped; several may run at a time.
   *
   * @throws AdministrationError where there is no such company, or it was not deleted, or its grace is not over
   */
  async purgeCompany(slug: string): Promise<void> {
    const id = await findCompanyId(this.connection, slug);
    await this.begin(id, slug);
    for (const [table, key] of TABLES) {
      await this.empty(id, table, key, (work) => this.connection.inCompany(id, work));
    }
    await this.emptyJournal(id);
    // Few rows are left: tokens, issuers, counts, and those of requests that had begun before.
    await this.connection.query('DELETE FROM companies WHERE id = $1', [id]);
    await this.emptyJournal(id);
  }

  /** Moves the end of the grace back, so that a restore that began in time and comes now finds that it is over. */
  private async begin(id: string, slug: string): Promise<void> {
    const { rowCount } = await this.connection.query(
      'UPDATE companies SET delete_after = created WHERE id = $1 AND delete_after <= now()',
      [id],
    );
    if (rowCount === 1) return;
    const { rows } = await this.connection.query<{ delete_after: Date | null }>(
      'SELECT delete_after FROM companies WHERE id = $1',
      [id],
    );
    const end = rows[0]?.delete_after;
    throw new AdministrationError(
      end
        ? `Company ${slug} can be brought back until ${end.toISOString()}. To remove it now, delete it without grace.`
        : `Company ${slug} was not deleted.`,
      'conflict',
      end ? `company delete ${slug} --grace 0` : `company delete ${slug}`,
    );
  }

  private async emptyJournal(companyId: string): Promise<void> {
    for (const [table, key] of JOURNAL_TABLES) {
      await this.empty(companyId, table, key, (work) => this.connection.inJournal(work));
    }
  }

  /** Goes through the table in the order of its key, so that no batch looks at what others have removed. */
  private async empty(companyId: string, table: string, key: string, transact: Transact): Promise<void> {
    const columns = key.split(', ');
    const isBehind = (operator: string, first: number): string =>
      `(${key}) ${operator} (${columns.map((_, index) => `$${first + index}`).join(', ')})`;
    let last: readonly unknown[] = [];
    do {
      const { begin, values } =
        last.length === 0
          ? { begin: 'company_id = $1', values: [companyId] }
          : { begin: `company_id = $1 AND ${isBehind('>', 2)}`, values: [companyId, ...last] };
      last = await transact(async () => {
        await this.connection.query(BY_INDEX);
        const { rows } = await this.connection.query<Record<string, unknown>>(
          `SELECT ${key} FROM ${table} WHERE ${begin} ORDER BY company_id, ${key} OFFSET ${BATCH_SIZE - 1} LIMIT 1`,
          values,
        );
        const bound = rows.flatMap((row) => columns.map((column) => row[column]));
        const end = bound.length === 0 ? '' : ` AND ${isBehind('<=', values.length + 1)}`;
        await this.connection.query(`DELETE FROM ${table} WHERE ${begin}${end}`, [...values, ...bound]);
        return bound;
      });
    } while (last.length > 0);
  }
}
