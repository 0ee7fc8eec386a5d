import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type QueryResultRow } from 'pg';
import { type DataSource } from 'typeorm';
import { type Settings } from '../../config/settings.js';
import { StartupError } from '../../config/startup-error.js';
import { type AbortSignalLike } from '../../scim/abort-signal.js';
import { ClientGoneError } from '../../scim/client-gone.error.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { findTracer, inSpan } from '../../tracing/tracing.js';
import { type IndexedForms } from '../indexed-forms/indexed-forms.js';
import { controlConnections } from '../database/data-source.js';
import { serversOf } from '../database/servers.js';
import { CompanyGate, controlLimits, fairLimits } from './company-gate.js';
import {
  CompanyTransaction,
  type Statement,
  type StatementResult,
  type TransactionUsage,
  type WriteTransaction,
} from './company-transaction.js';
import { CursorBatches } from './cursor-batches.js';
import { OpenWrite } from './open-write.js';
import { PipelinedPool } from './pipelined-pool.js';
import { checkStatements } from './statement-check.js';
import { StreamTransaction } from './stream-transaction.js';
import { TransactionDeadline } from './transaction-deadline.js';
import {
  isElsewhere,
  isOutdated,
  isReadOnly,
  isRetryable,
  isStale,
  ReindexedError,
  translateError,
} from './transaction-errors.js';
import {
  BEGIN_READ,
  BEGIN_WRITE,
  NO_COMPANY,
  noteConfirmed,
  requireCommit,
  scopeStatement,
  toResult,
  type TransactionScope,
  writeScopeStatement,
} from './transaction-statements.js';

const RETRIES = 3;
const RETRY_PAUSE_MS = 10;
/** How much longer than a statement a whole read may take, so that PostgreSQL's own time-out comes first. */
const READ_MARGIN_MS = 1000;
/** How long a statement outside any company may take. */
const CONTROL_TIMEOUT_MS = 5000;

/** Attributes of spans, by OpenTelemetry's conventions for databases. */
const DATABASE = { 'db.system.name': 'postgresql' };

/** The settings that transactions need. */
export type TransactionSettings = Pick<
  Settings,
  | 'poolSize'
  | 'queueTimeout'
  | 'writeTimeout'
  | 'statementTimeout'
  | 'streamTimeout'
  | 'databasePooler'
  | 'databaseUrl'
  | 'workers'
>;

/** How many connections slow companies may hold together: as many as this machine has processors, where it is the database's too. */
const slowConnections = ({ databaseUrl, workers }: TransactionSettings): number =>
  databaseUrl === undefined ? Math.max(1, Math.floor(availableParallelism() / workers)) : Infinity;

/** {@link CompanyTransaction} on PostgreSQL. All its methods may throw an `UnavailableError`. */
export class PostgresCompanyTransaction extends CompanyTransaction {
  private readonly gate: CompanyGate;
  private readonly controlGate: CompanyGate;
  private readonly pool: PipelinedPool;
  private readonly named: boolean;
  /** Called after each COMMIT with which statements were sent, such as those of the journal. */
  onRecorded: () => void = () => undefined;
  private readonly tracer = findTracer();

  /**
   * @param dataSource made by `openDataSource`
   * @param url URL of the database
   * @param indexed the forms of comparison that writes use
   */
  constructor(
    dataSource: DataSource,
    url: string,
    private readonly settings: TransactionSettings,
    private readonly indexed: IndexedForms,
  ) {
    super();
    const { poolSize, queueTimeout } = settings;
    this.gate = new CompanyGate(fairLimits(poolSize, queueTimeout, slowConnections(settings)));
    this.controlGate = new CompanyGate(controlLimits(controlConnections(poolSize), queueTimeout));
    this.named = settings.databasePooler === 'none';
    this.pool = new PipelinedPool(dataSource, this.named, serversOf(url).servers.length, this.tracer);
  }

  /**
   * Loads the forms of comparison, which must be done before the first write.
   *
   * @throws StartupError where the rows have other forms than this program and its schemas ask for
   */
  loadIndexedForms(): Promise<void> {
    return this.indexed.load((statement) => this.runOutsideCompany(statement));
  }

  override read(scope: CompanyScope, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    return this.throughGate('read', scope, this.settings.statementTimeout + READ_MARGIN_MS, ({ signal }) =>
      this.sendTransaction(BEGIN_READ, scope, statements, signal),
    );
  }

  override write<T>(scope: CompanyScope, work: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    return this.throughGate('write', scope, this.settings.writeTimeout, (deadline) =>
      this.writeWithReload(scope, work, deadline),
    );
  }

  override async runOutsideCompany(statement: Statement, asker = ''): Promise<StatementResult> {
    const turn = { companyId: asker };
    const [result] = await this.throughGate('credentials', turn, CONTROL_TIMEOUT_MS, ({ signal }) =>
      // Without a pooler, the connection has its role from the start, and a statement alone is a transaction. With
      // one, the role has to be set in each transaction.
      this.named
        ? this.sendStatement(statement, signal)
        : this.sendTransaction(BEGIN_WRITE, NO_COMPANY, [statement], signal),
    );
    return result as StatementResult;
  }

  override readAcross(
    turn: Pick<CompanyScope, 'companyId' | 'signal'>,
    statements: readonly Statement[],
  ): Promise<readonly StatementResult[]> {
    return this.throughGate('read', turn, this.settings.statementTimeout + READ_MARGIN_MS, ({ signal }) =>
      this.sendTransaction(BEGIN_READ, NO_COMPANY, statements, signal),
    );
  }

  override async stream(
    scope: CompanyScope,
    first: readonly Statement[],
    cursor: Statement,
    batchSize: number,
    limit = this.settings.streamTimeout,
  ): Promise<{ first: readonly StatementResult[]; batches: AsyncIterable<readonly QueryResultRow[]> }> {
    checkStatements([...first, cursor]);
    const transaction = await this.openStream(scope, limit);
    const results = await transaction.start(scope, this.settings.statementTimeout, first, cursor);
    const fetch = (): Promise<readonly QueryResultRow[]> => transaction.fetch(batchSize);
    return { first: results, batches: new CursorBatches(fetch, batchSize, transaction.finish) };
  }

  private async openStream({ companyId, signal }: CompanyScope, limit: number): Promise<StreamTransaction> {
    const span = this.tracer?.startSpan('transaction stream', { attributes: DATABASE });
    const leaveGate = await this.gate.enter(companyId, signal).catch((error: unknown) => {
      span?.end();
      throw error;
    });
    const deadline = new TransactionDeadline(limit, signal);
    const leave = (): void => {
      deadline.end();
      leaveGate();
      span?.end();
    };
    try {
      return new StreamTransaction(await this.pool.open(deadline.signal), deadline.signal, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  override isStarved(): boolean {
    return this.gate.isStarved();
  }

  override usage(): TransactionUsage {
    return {
      gates: { requests: this.gate.usage(), credentials: this.controlGate.usage() },
      connections: this.pool.usage(),
    };
  }

  /**
   * Waits for the turn of whoever asks, runs `attempt` with retries, and translates its errors.
   *
   * @param limit how long all attempts together may take, in milliseconds
   */
  private throughGate<T>(
    kind: 'read' | 'write' | 'credentials',
    asker: Pick<CompanyScope, 'companyId' | 'signal'>,
    limit: number,
    attempt: (deadline: TransactionDeadline) => Promise<T>,
  ): Promise<T> {
    const gate = kind === 'credentials' ? this.controlGate : this.gate;
    return inSpan(this.tracer, `transaction ${kind}`, DATABASE, async (span) => {
      const leave = await gate.enter(asker.companyId, asker.signal);
      span?.addEvent('turn');
      return this.runAttempts(leave, asker, limit, attempt);
    });
  }

  /** @param leave called when the transaction has ended */
  private async runAttempts<T>(
    leave: () => void,
    { signal }: Pick<CompanyScope, 'signal'>,
    limit: number,
    attempt: (deadline: TransactionDeadline) => Promise<T>,
  ): Promise<T> {
    const deadline = new TransactionDeadline(limit, signal);
    try {
      return await this.retry(deadline, attempt);
    } catch (error) {
      if (isReadOnly(error)) this.pool.retire();
      throw signal?.aborted ? new ClientGoneError({ cause: error }) : translateError(error);
    } finally {
      deadline.end();
      leave();
    }
  }

  private async retry<T>(
    deadline: TransactionDeadline,
    attempt: (deadline: TransactionDeadline) => Promise<T>,
  ): Promise<T> {
    for (let retries = 0; ; retries += 1) {
      try {
        return await attempt(deadline);
      } catch (error) {
        if (retries === RETRIES || !isRetryable(error) || deadline.signal.aborted) {
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
    scope: TransactionScope,
    statements: readonly Statement[],
    signal: AbortSignalLike,
  ): Promise<readonly StatementResult[]> {
    checkStatements(statements);
    const connection = await this.pool.open(signal);
    try {
      const scoping = scopeStatement(scope, this.settings.statementTimeout);
      const answers = await connection.send([begin, scoping, ...statements, 'COMMIT']);
      requireCommit(answers.at(-1));
      noteConfirmed(scope);
      await connection.release();
      return answers.slice(2, -1).map(toResult);
    } catch (error) {
      await connection.abandon(error);
      throw error;
    }
  }

  private async sendStatement(
    statement: Statement,
    signal: AbortSignalLike,
  ): Promise<readonly StatementResult[]> {
    checkStatements([statement]);
    const connection = await this.pool.open(signal);
    try {
      const answers = await connection.send([statement]);
      await connection.release();
      return answers.map(toResult);
    } catch (error) {
      await connection.abandon(error);
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
    deadline: TransactionDeadline,
  ): Promise<T> {
    try {
      return await this.writeOnce(scope, work, deadline);
    } catch (error) {
      if (!isOutdated(error)) throw error;
    }
    await this.loadIndexedForms().catch((cause: unknown) => {
      throw cause instanceof StartupError ? new ReindexedError({ cause }) : cause;
    });
    return this.writeOnce(scope, work, deadline);
  }

  private async writeOnce<T>(
    scope: CompanyScope,
    work: (transaction: WriteTransaction) => Promise<T>,
    deadline: TransactionDeadline,
  ): Promise<T> {
    const { generation } = this.indexed;
    if (generation === undefined) throw new TypeError('A write came before the indexed forms were loaded');
    const scoping = writeScopeStatement(scope, this.settings, generation);
    const connection = await this.pool.open(deadline.signal);
    const transaction = new OpenWrite(connection, scope, scoping);
    try {
      const result = await work(transaction);
      deadline.ignoreClient();
      await transaction.commit();
      if (transaction.hasLastStatements) this.onRecorded();
      await connection.release();
      return result;
    } catch (error) {
      await transaction.abandon();
      // If the first error calls for another attempt, or comes of a cancellation, it is thrown, and not the one that the
      // work has made of it.
      const { failure } = transaction;
      const { aborted } = deadline.signal;
      const isOfTransaction = [isRetryable, isOutdated, isStale, isElsewhere].some((test) => test(failure));
      throw failure !== undefined && (aborted || isOfTransaction) ? failure : error;
    }
  }
}
