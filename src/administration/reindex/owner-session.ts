import { type QueryResultRow } from 'pg';
import { type SqlFragment, toStatement } from '../../persistence/sql/sql-fragment.js';
import { OwnerConnection } from '../owner-connection.js';

/** Runs a statement in the open transaction. */
export type Run = <R extends QueryResultRow>(
  statement: SqlFragment,
) => Promise<{ readonly rows: readonly R[]; readonly rowCount: number }>;

/** Transactions of the database's owner, on the control tables or on the rows of one company. */
export class OwnerSession {
  private constructor(private readonly connection: OwnerConnection) {}

  /** @throws StartupError where the database can't be reached */
  static async open(directUrl: string): Promise<OwnerSession> {
    return new OwnerSession(await OwnerConnection.open(directUrl));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** Runs `work` in a transaction on the control tables. */
  asOwner<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return this.connection.inTransaction(() => work(this.run));
  }

  /** Runs `work` in a transaction on the rows of one company. */
  inCompany<T>(companyId: string, work: (run: Run) => Promise<T>): Promise<T> {
    return this.connection.inCompany(companyId, () => work(this.run));
  }

  private readonly run: Run = async <R extends QueryResultRow>(statement: SqlFragment) => {
    const { text, values } = toStatement(statement);
    const { rows, rowCount } = await this.connection.query<R>(text, values);
    return { rows, rowCount: rowCount ?? 0 };
  };
}
