import { type Client, type QueryResultRow } from 'pg';
import { SERVICE_ROLE } from '../../persistence/database/role-names.js';
import { connectDirectly } from '../../persistence/database/server-check.js';
import { type SqlFragment, toStatement } from '../../persistence/sql/sql-fragment.js';

/** Runs a statement in the open transaction. */
export type Run = <R extends QueryResultRow>(
  statement: SqlFragment,
) => Promise<{ readonly rows: readonly R[]; readonly rowCount: number }>;

/**
 * A connection of the database's owner. Row-level security applies to the owner too, so the rows of a company can
 * only be seen in a transaction that runs as the service, for this company.
 */
export class OwnerSession {
  private constructor(private readonly client: Client) {}

  /** @throws StartupError where the database can't be reached */
  static async open(directUrl: string): Promise<OwnerSession> {
    return new OwnerSession(await connectDirectly(directUrl));
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** Runs `work` in a transaction on the control tables. */
  asOwner<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return this.inTransaction(work);
  }

  /** Runs `work` in a transaction on the rows of one company. */
  inCompany<T>(companyId: string, work: (run: Run) => Promise<T>): Promise<T> {
    return this.inTransaction(async (run) => {
      await this.client.query(
        "SELECT set_config('role', $1, true), set_config('rollcall.company_id', $2, true)",
        [SERVICE_ROLE, companyId],
      );
      return work(run);
    });
  }

  private async inTransaction<T>(work: (run: Run) => Promise<T>): Promise<T> {
    await this.client.query('BEGIN');
    try {
      const result = await work(this.run);
      await this.client.query('COMMIT');
      return result;
    } catch (error) {
      await this.client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  private readonly run: Run = async <R extends QueryResultRow>(statement: SqlFragment) => {
    const { text, values } = toStatement(statement);
    const { rows, rowCount } = await this.client.query<R>(text, [...values]);
    return { rows, rowCount: rowCount ?? 0 };
  };
}
