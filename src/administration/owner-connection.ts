import pg, { type PoolClient, type QueryConfig, type QueryResultRow } from 'pg';
import {
  type DataSource,
  type EntityTarget,
  type ObjectLiteral,
  QueryFailedError,
  type QueryRunner,
  type Repository,
} from 'typeorm';
import { ADVISORY_LOCK } from '../persistence/database/advisory-locks.js';
import { openOwnerDataSource } from '../persistence/database/data-source.js';
import { Setting } from '../persistence/entities/setting.entity.js';
import { type CompanyChange } from '../persistence/journal/activity.js';
import { recordCompanyChange } from '../persistence/journal/record-change.js';
import { type ChangeOrigin } from '../scim/change-origin.js';
import { JOURNAL_ROLE, SERVICE_ROLE } from '../persistence/database/role-names.js';
import { BY_INDEX, BY_INDEX_AS_PREPARED } from '../persistence/sql/by-index.js';
import {
  type Statement,
  type StatementResult,
  type WriteTransaction,
} from '../persistence/transaction/company-transaction.js';
import { isElsewhere } from '../persistence/transaction/transaction-errors.js';
import { BEGIN_READ, toQuery } from '../persistence/transaction/transaction-statements.js';
import { AdministrationError } from './administration.error.js';

const UNIQUE_VIOLATION = '23505';

/** The result of a statement. */
export interface OwnerResult<R> {
  readonly rows: readonly R[];
  /** How many rows it has read or changed; null where it is no such statement. */
  readonly rowCount: number | null;
}

/**
 * A connection of the database's owner, for one piece of work at a time. The owner alone may change the control tables.
 * Row-level security applies to the owner too, so the rows of a company can only be seen in a transaction that runs as
 * the service, for this company.
 */
export class OwnerConnection {
  private constructor(
    private readonly runner: QueryRunner,
    private readonly end: () => Promise<void>,
    /** By whom changes are asked for: the journal tells it. */
    readonly origin: ChangeOrigin | undefined,
  ) {}

  /**
   * @param origin by whom changes are asked for
   * @throws StartupError where the database can't be reached
   */
  static async open(directUrl: string, origin?: ChangeOrigin): Promise<OwnerConnection> {
    const source = await openOwnerDataSource(directUrl, 1);
    return new OwnerConnection(source.createQueryRunner(), () => source.destroy(), origin);
  }

  /** A connection of the source's pool, which it goes back to when it is closed. */
  static of(source: DataSource, origin?: ChangeOrigin): OwnerConnection {
    const runner = source.createQueryRunner();
    return new OwnerConnection(runner, () => runner.release(), origin);
  }

  close(): Promise<void> {
    return this.end();
  }

  /** The rows of a table as objects. What it does is part of the open transaction, where there is one. */
  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return this.runner.manager.getRepository(entity);
  }

  /** @throws pg.DatabaseError where PostgreSQL refuses the statement */
  async query<R extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<OwnerResult<R>> {
    try {
      const { records, affected } = await this.runner.query(text, [...values], true);
      return { rows: (records ?? []) as R[], rowCount: affected ?? null };
    } catch (error) {
      throw causeOf(error);
    }
  }

  /** Runs `work` under a lock, so that instances that start at the same time create nothing twice. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await this.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK.administration]);
    try {
      return await work();
    } finally {
      await this.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK.administration]).catch(
        () => undefined,
      );
    }
  }

  /**
   * Runs `work` in a transaction, or as a part of the one that is open.
   *
   * @param isolation of a new transaction
   */
  async inTransaction<T>(
    work: () => Promise<T>,
    isolation: 'READ COMMITTED' | 'REPEATABLE READ' = 'READ COMMITTED',
  ): Promise<T> {
    if (this.runner.isTransactionActive) return work();
    await this.runner.startTransaction(isolation);
    try {
      const result = await work();
      await this.runner.commitTransaction();
      return result;
    } catch (error) {
      await this.runner.rollbackTransaction().catch(() => undefined);
      throw causeOf(error);
    }
  }

  /**
   * {@link inTransaction} for changes that read first and then write.
   *
   * @throws AdministrationError where somebody else has taken a unique value in between
   */
  async change<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.inTransaction(work);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AdministrationError(
        'Somebody else changed the same company at this moment; try again.',
        'conflict',
      );
    }
  }

  /** Runs `work` on the rows of one company, in a transaction or as a part of the one that is open. */
  inCompany<T>(companyId: string, work: () => Promise<T>): Promise<T> {
    return this.inTransaction(async () => {
      await this.becomeService(companyId);
      const result = await work();
      for (const { text, values } of this.last.splice(0)) await this.run(text, values);
      await this.becomeOwner();
      return result;
    });
  }

  /**
   * The rows of a statement on one company, which are found in the order of an index. It is sent in one round trip with
   * its transaction, unless one is open.
   */
  async readByIndex<R extends QueryResultRow>(
    companyId: string,
    statement: Statement,
  ): Promise<readonly R[]> {
    const [rows] = await this.readEachByIndex<R>([companyId], () => statement);
    return rows!;
  }

  /** {@link readByIndex} for each of some companies, in their order, all in one transaction. */
  readEachByIndex<R extends QueryResultRow>(
    companyIds: readonly string[],
    statementOn: (companyId: string) => Statement,
  ): Promise<readonly (readonly R[])[]> {
    return this.readInTurn(companyIds, statementOn, ({ name }) =>
      name === undefined ? BY_INDEX : BY_INDEX_AS_PREPARED,
    );
  }

  /**
   * The rows of a statement on each of some companies, in their order. All are sent in one round trip with their
   * transaction, unless one is open.
   */
  readEach<R extends QueryResultRow>(
    companyIds: readonly string[],
    statementOn: (companyId: string) => Statement,
  ): Promise<readonly (readonly R[])[]> {
    return this.readInTurn(companyIds, statementOn);
  }

  /** @param settingFor gives what the transaction is told for statements such as the first one */
  private async readInTurn<R extends QueryResultRow>(
    companyIds: readonly string[],
    statementOn: (companyId: string) => Statement,
    settingFor?: (statement: Statement) => string,
  ): Promise<readonly (readonly R[])[]> {
    const asked = companyIds.map((companyId) => ({ companyId, statement: statementOn(companyId) }));
    const [first] = asked;
    if (first === undefined) return [];
    const settings = settingFor === undefined ? [] : [settingFor(first.statement)];
    if (this.runner.isTransactionActive) {
      for (const setting of settings) await this.query(setting);
      const found: (readonly R[])[] = [];
      for (const { companyId, statement } of asked) {
        const read = (): Promise<OwnerResult<R>> => this.query<R>(statement.text, statement.values);
        found.push((await this.inCompany(companyId, read)).rows);
      }
      return found;
    }
    const client = (await this.runner.connect()) as PoolClient;
    const begin = [BEGIN_READ, ...settings];
    const reads = asked.flatMap(({ companyId, statement }) => [
      serviceStatement(companyId),
      toQuery(statement, true),
    ]);
    const answers = await Promise.all([...begin, ...reads, 'COMMIT'].map((each) => client.query<R>(each)));
    return asked.map((_, index) => answers[begin.length + 2 * index + 1]!.rows);
  }

  /** What {@link inCompany} has to run when its work is done. */
  private readonly last: Statement[] = [];

  /** The open transaction, for statements that the service has too. */
  readonly transaction: WriteTransaction = {
    run: ({ text, values }) => this.run(text, values),
    runAll: async (statements) => {
      const results: StatementResult[] = [];
      for (const { text, values } of statements) results.push(await this.run(text, values));
      return results;
    },
    runAtCommit: (statement) => void this.last.push(statement),
  };

  private async run(text: string, values: readonly unknown[]): Promise<StatementResult> {
    const { rows, rowCount } = await this.query(text, values);
    return { rows, rowCount: rowCount ?? 0 };
  }

  /** The number of the cell that the database is. */
  async cell(): Promise<number> {
    const found = await this.repository(Setting).findOneBy({ key: 'cell' });
    return Number(found?.value ?? 0);
  }

  /** Makes the rest of the open transaction run as the service, for one company. */
  async becomeService(companyId: string): Promise<void> {
    const { text, values } = serviceStatement(companyId);
    await this.query(text, values);
  }

  /** Runs `work` on the journal of all companies, in a transaction or as a part of the one that is open. */
  inJournal<T>(work: () => Promise<T>): Promise<T> {
    return this.inTransaction(async () => {
      await this.becomeJournal();
      const result = await work();
      await this.becomeOwner();
      return result;
    });
  }

  /**
   * Writes a change of the company into its journal, as a part of the open transaction.
   *
   * @throws AdministrationError where the company is being moved, or was moved, to another cell
   */
  async record(companyId: string, change: CompanyChange): Promise<void> {
    await this.query('SELECT refuse_elsewhere($1)', [companyId]);
    return this.inJournal(async () => {
      const { text, values } = recordCompanyChange({ companyId, origin: this.origin }, change);
      await this.query(text, values);
    });
  }

  /** Makes the rest of the open transaction run on the journal of all companies. */
  async becomeJournal(): Promise<void> {
    await this.query("SELECT set_config('role', $1, true)", [JOURNAL_ROLE]);
  }

  /** Makes the rest of the open transaction run as the owner again. */
  async becomeOwner(): Promise<void> {
    await this.query("SELECT set_config('role', 'none', true)");
  }
}

const serviceStatement = (companyId: string): QueryConfig => ({
  text: "SELECT set_config('role', $1, true), set_config('rollcall.company_id', $2, true)",
  values: [SERVICE_ROLE, companyId],
});

/** Whether a unique index has refused a row. */
export function isUniqueViolation(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof pg.DatabaseError && cause.code === UNIQUE_VIOLATION;
}

/** What the driver has thrown, which TypeORM wraps, or what it means. */
function causeOf(error: unknown): Error {
  const cause = error instanceof QueryFailedError ? (error.driverError as Error) : (error as Error);
  return isElsewhere(cause) ? new AdministrationError(ELSEWHERE, 'conflict') : cause;
}

const ELSEWHERE =
  'This company is being moved, or was moved, to another cell: nothing of it is changed here. Do it there.';
