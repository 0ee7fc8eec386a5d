import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type QueryResultRow } from 'pg';
import { type DataSource } from 'typeorm';
import { type Settings } from '../../config/settings.js';
import { StartupError } from '../../config/startup-error.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type IndexedForms } from '../indexed-forms/indexed-forms.js';
import { connectionOptions } from '../database/data-source.js';
import { CompanyGate } from './company-gate.js';
import {
  CompanyTransaction,
  type Statement,
  type StatementResult,
  type WriteTransaction,
} from './company-transaction.js';
import { CursorBatches } from './cursor-batches.js';
import { OpenWrite } from './open-write.js';
import { PipelinedConnection } from './pipelined-connection.js';
import { checkStatements } from './statement-check.js';
import { StreamConnection } from './stream-connection.js';
import { isOutdated, isRetryable, ReindexedError, translateError } from './transaction-errors.js';
import {
  BEGIN_READ,
  BEGIN_WRITE,
  NO_COMPANY,
  requireCommit,
  scopeStatement,
  toResult,
  writeScopeStatement,
} from './transaction-statements.js';

const RETRIES = 3;
const RETRY_PAUSE_MS = 10;

/** The settings that transactions need. */
export type TransactionSettings = Pick<
  Settings,
  'poolSize' | 'streamPoolSize' | 'statementTimeout' | 'streamTimeout' | 'databasePooler'
>;

/** {@link CompanyTransaction} on PostgreSQL. All its methods may throw an `UnavailableError`. */
export class PostgresCompanyTransaction extends CompanyTransaction {
  private readonly gate: CompanyGate;
  private readonly streamGate: CompanyGate;
  private readonly streamPool: pg.Pool;
  private readonly named: boolean;

  /**
   * @param dataSource made by `createDataSource` and initialized
   * @param url URL of the database, for the pool of streams
   * @param indexed the forms of comparison that writes use
   */
  constructor(
    private readonly dataSource: DataSource,
    url: string,
    private readonly settings: TransactionSettings,
    private readonly indexed: IndexedForms,
  ) {
    super();
    this.gate = new CompanyGate(settings.poolSize);
    this.streamGate = new CompanyGate(settings.streamPoolSize);
    this.named = settings.databasePooler === 'none';
    this.streamPool = new pg.Pool({
      connectionString: url,
      max: settings.streamPoolSize,
      ...connectionOptions(settings),
    });
    // The error of a lost idle connection is ignored. The next stream opens another one, and fails if that is
    // impossible.
    this.streamPool.on('error', () => undefined);
  }

  /**
   * Loads the forms of comparison, which must be done before the first write.
   *
   * @throws StartupError where the rows have other forms than this program and its schemas ask for
   */
  loadIndexedForms(): Promise<void> {
    return this.indexed.load((statement) => this.control(statement));
  }

  override read(scope: CompanyScope, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    return this.throughGate(scope, () => this.sendTransaction(BEGIN_READ, scope.companyId, statements));
  }

  override write<T>(scope: CompanyScope, work: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    return this.throughGate(scope, () => this.writeWithReload(scope, work));
  }

  override async control(statement: Statement): Promise<StatementResult> {
    try {
      // Without a pooler, the connection has its role from the start, and a statement alone is a transaction. With
      // one, the role has to be set in each transaction.
      const [result] = this.named
        ? await this.sendStatement(statement)
        : await this.sendTransaction(BEGIN_WRITE, NO_COMPANY, [statement]);
      return result as StatementResult;
    } catch (error) {
      throw translateError(error);
    }
  }

  override async stream(
    scope: CompanyScope,
    first: readonly Statement[],
    cursor: Statement,
    batchSize: number,
  ): Promise<{ first: readonly StatementResult[]; batches: AsyncIterable<readonly QueryResultRow[]> }> {
    checkStatements([...first, cursor]);
    const { statementTimeout, streamTimeout } = this.settings;
    const leave = await this.streamGate.enter(scope.companyId);
    const connection = await StreamConnection.open(this.streamPool, streamTimeout, leave);
    const results = await connection.start(scope.companyId, statementTimeout, first, cursor);
    const batches = new CursorBatches(() => connection.fetch(batchSize), batchSize, connection.finish);
    return { first: results, batches };
  }

  /** Closes the pool of streams. The data source is closed by its owner. */
  async close(): Promise<void> {
    await this.streamPool.end();
  }

  /** Waits for the company's turn, runs `attempt` with retries, and translates its errors. */
  private async throughGate<T>(scope: CompanyScope, attempt: () => Promise<T>): Promise<T> {
    const leave = await this.gate.enter(scope.companyId);
    try {
      return await this.retry(attempt);
    } catch (error) {
      throw translateError(error);
    } finally {
      leave();
    }
  }

  private async retry<T>(attempt: () => Promise<T>): Promise<T> {
    for (let retries = 0; ; retries += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (retries === RETRIES || !isRetryable(error)) {
          throw error;
        }
        // A random pause, so that the same transactions do not collide again.
        await sleep(Math.random() * RETRY_PAUSE_MS * 2 ** retries);
      }
    }
  }

  /** Sends a whole transaction at once. Its statements must not depend on each other's results. */
  private async sendTransaction(
    begin: string,
    companyId: string,
    statements: readonly Statement[],
  ): Promise<readonly StatementResult[]> {
    checkStatements(statements);
    const connection = await this.connect();
    try {
      const scoping = scopeStatement(companyId, this.settings.statementTimeout);
      const answers = await connection.send([begin, scoping, ...statements, 'COMMIT']);
      requireCommit(answers.at(-1));
      await connection.release();
      return answers.slice(2, -1).map(toResult);
    } catch (error) {
      await connection.destroy();
      throw error;
    }
  }

  private async sendStatement(statement: Statement): Promise<readonly StatementResult[]> {
    checkStatements([statement]);
    const connection = await this.connect();
    try {
      const answers = await connection.send([statement]);
      await connection.release();
      return answers.map(toResult);
    } catch (error) {
      await connection.destroy();
      throw error;
    }
  }

  /**
   * Runs a write, and once more if the forms of comparison have changed: another process may have added attributes
   * that do not concern this one.
   */
  private async writeWithReload<T>(
    scope: CompanyScope,
    work: (transaction: WriteTransaction) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.writeOnce(scope, work);
    } catch (error) {
      if (!isOutdated(error)) throw error;
    }
    await this.loadIndexedForms().catch((cause: unknown) => {
      throw cause instanceof StartupError ? new ReindexedError({ cause }) : cause;
    });
    return this.writeOnce(scope, work);
  }

  private async writeOnce<T>(
    scope: CompanyScope,
    work: (transaction: WriteTransaction) => Promise<T>,
  ): Promise<T> {
    const { generation } = this.indexed;
    if (generation === undefined) throw new TypeError('A write came before the indexed forms were loaded');
    const scoping = writeScopeStatement(scope.companyId, this.settings.statementTimeout, generation);
    const connection = await this.connect();
    const transaction = new OpenWrite(connection, scoping);
    try {
      const result = await work(transaction);
      await transaction.commit();
      await connection.release();
      return result;
    } catch (error) {
      await transaction.abandon();
      // If the first error calls for another attempt, it is thrown, and not the one that the work has made of it.
      const { failure } = transaction;
      throw isRetryable(failure) || isOutdated(failure) ? failure : error;
    }
  }

  private connect(): Promise<PipelinedConnection> {
    return PipelinedConnection.open(this.dataSource, this.named);
  }
}
