import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type QueryResultRow } from 'pg';
import { type DataSource } from 'typeorm';
import { type Settings } from '../../config/settings.js';
import { StartupError } from '../../config/startup-error.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type Comparison } from '../comparison/comparison.js';
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
import { isOutdated, isRetried, ReindexedError, translateError } from './transaction-errors.js';
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
const RETRY_PAUSE = 10;

/** The settings that transactions go by. */
export type TransactionSettings = Pick<
  Settings,
  'poolSize' | 'streamPoolSize' | 'statementTimeout' | 'streamTimeout' | 'databasePooler'
>;

/** {@link CompanyTransaction} on PostgreSQL. All methods may throw `UnavailableError`. */
export class PostgresCompanyTransaction extends CompanyTransaction {
  private readonly gate: CompanyGate;
  private readonly streamGate: CompanyGate;
  private readonly streamPool: pg.Pool;
  private readonly named: boolean;

  /**
   * @param dataSource Initialised, made by `createDataSource`.
   * @param url Where the pool for streams connects.
   * @param comparison What writes go by.
   */
  constructor(
    private readonly dataSource: DataSource,
    url: string,
    private readonly settings: TransactionSettings,
    private readonly comparison: Comparison,
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
    // An idle connection that is lost is replaced at the next stream, which reports what is wrong.
    this.streamPool.on('error', () => undefined);
  }

  /**
   * To be called before the first write.
   * @throws StartupError where the rows of the database were made in another way than this program makes them.
   */
  loadComparison(): Promise<void> {
    return this.comparison.load((statement) => this.control(statement));
  }

  override read(scope: CompanyScope, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    return this.inTurn(scope, () => this.sendWhole(BEGIN_READ, scope.companyId, statements));
  }

  override write<T>(scope: CompanyScope, work: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    return this.inTurn(scope, () => this.writeUpToDate(scope, work));
  }

  override async control(statement: Statement): Promise<StatementResult> {
    try {
      // Through a pooler the role has to be set for each transaction; else it is the connection's from its start,
      // and a statement is a transaction of its own.
      const [result] = this.named
        ? await this.sendAlone(statement)
        : await this.sendWhole(BEGIN_WRITE, NO_COMPANY, [statement]);
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

  /** Ends the pool for streams; the data source belongs to who made it. */
  async close(): Promise<void> {
    await this.streamPool.end();
  }

  private async inTurn<T>(scope: CompanyScope, attempt: () => Promise<T>): Promise<T> {
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
        if (retries === RETRIES || !isRetried(error)) {
          throw error;
        }
        // The transactions that met must not meet again at once.
        await sleep(Math.random() * RETRY_PAUSE * 2 ** retries);
      }
    }
  }

  /** A transaction whose statements do not depend on each other's answers: one trip to the server. */
  private async sendWhole(
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

  private async sendAlone(statement: Statement): Promise<readonly StatementResult[]> {
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

  /** Another process may have told the database of attributes that this one can do with. */
  private async writeUpToDate<T>(
    scope: CompanyScope,
    work: (transaction: WriteTransaction) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.writeOnce(scope, work);
    } catch (error) {
      if (!isOutdated(error)) throw error;
    }
    await this.loadComparison().catch((cause: unknown) => {
      throw cause instanceof StartupError ? new ReindexedError({ cause }) : cause;
    });
    return this.writeOnce(scope, work);
  }

  private async writeOnce<T>(
    scope: CompanyScope,
    work: (transaction: WriteTransaction) => Promise<T>,
  ): Promise<T> {
    const { generation } = this.comparison;
    if (generation === undefined) throw new TypeError('A write came before the comparison was loaded');
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
      // The work may have made its own error of the one that calls for another attempt.
      const { failure } = transaction;
      throw isRetried(failure) || isOutdated(failure) ? failure : error;
    }
  }

  private connect(): Promise<PipelinedConnection> {
    return PipelinedConnection.open(this.dataSource, this.named);
  }
}
