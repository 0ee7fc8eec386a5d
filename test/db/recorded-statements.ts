import type pg from 'pg';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import {
  CompanyTransaction,
  type SqlValue,
  type Statement,
  type StatementResult,
  type TransactionUsage,
  type WriteTransaction,
} from '../../src/persistence/transaction/company-transaction.js';

/** Notes every statement that goes through a transaction to the database. */
export class RecordingTransaction extends CompanyTransaction {
  private recorded: Statement[] = [];

  constructor(private readonly inner: CompanyTransaction) {
    super();
  }

  /** The statements since the last call. */
  take(): readonly Statement[] {
    const taken = this.recorded;
    this.recorded = [];
    return taken;
  }

  override read(scope: CompanyScope, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    this.recorded.push(...statements);
    return this.inner.read(scope, statements);
  }

  override write<T>(scope: CompanyScope, work: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    return this.inner.write(scope, (transaction) =>
      work({
        run: (statement) => {
          this.recorded.push(statement);
          return transaction.run(statement);
        },
        runAll: (statements) => {
          this.recorded.push(...statements);
          return transaction.runAll(statements);
        },
        runAtCommit: (statement) => {
          this.recorded.push(statement);
          transaction.runAtCommit(statement);
        },
      }),
    );
  }

  override runOutsideCompany(
    ...[statement, asker]: Parameters<CompanyTransaction['runOutsideCompany']>
  ): Promise<StatementResult> {
    return this.inner.runOutsideCompany(statement, asker);
  }

  override readAcross(
    ...[turn, statements]: Parameters<CompanyTransaction['readAcross']>
  ): Promise<readonly StatementResult[]> {
    this.recorded.push(...statements);
    return this.inner.readAcross(turn, statements);
  }

  override stream(
    ...[scope, first, cursor, batchSize, limit]: Parameters<CompanyTransaction['stream']>
  ): ReturnType<CompanyTransaction['stream']> {
    this.recorded.push(...first, cursor);
    return this.inner.stream(scope, first, cursor, batchSize, limit);
  }

  override isStarved(): boolean {
    return this.inner.isStarved();
  }

  override usage(): TransactionUsage {
    return this.inner.usage();
  }
}

/** A node of a plan, as EXPLAIN (ANALYZE, FORMAT JSON) writes it. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Filter?: string;
  readonly 'Join Filter'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

export interface ExecutedPlan {
  /** Those that were looked at, and not only planned for. */
  readonly indexes: readonly string[];
  /** Tables that were read from one end to the other. */
  readonly scanned: readonly string[];
  /** How many rows all nodes that read a table or an index looked at. */
  readonly visited: number;
  /** What is evaluated for each row, or for each look-up of an index. */
  readonly conditions: readonly string[];
}

/** The statements of one connection, planned as those of the service are: named ones once, all others each time. */
export class PlannedStatements {
  private readonly prepared = new Set<string>();

  constructor(private readonly client: pg.Client) {}

  /** Runs a statement so often that a named one has one plan for all parameters; what it writes is undone. */
  async wear(statement: Statement): Promise<void> {
    for (let round = 0; round < 7; round += 1) await this.execute('', statement);
  }

  /** What a statement did; what it wrote is undone. */
  async explain(statement: Statement): Promise<ExecutedPlan> {
    const rows = await this.execute('EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)', statement);
    return summarize((rows[0]?.['QUERY PLAN'] as { Plan: PlanNode }[])[0]?.Plan);
  }

  private async execute(
    prefix: string,
    { text, values, name = 'unnamed' }: Statement,
  ): Promise<pg.QueryResultRow[]> {
    const call = escapeIdentifier(name);
    if (!this.prepared.has(name)) await this.client.query(`PREPARE ${call} AS ${text}`);
    if (name === 'unnamed') {
      const rows = await this.undone(`${prefix} EXECUTE ${call}${parameters(text, values)}`);
      await this.client.query(`DEALLOCATE ${call}`);
      return rows;
    }
    this.prepared.add(name);
    return this.undone(`${prefix} EXECUTE ${call}${parameters(text, values)}`);
  }

  private async undone(text: string): Promise<pg.QueryResultRow[]> {
    await this.client.query('BEGIN');
    try {
      return (await this.client.query<pg.QueryResultRow>(text)).rows;
    } finally {
      await this.client.query('ROLLBACK');
    }
  }
}

function parameters(text: string, values: readonly SqlValue[]): string {
  const literals = values.map((value, index) =>
    Buffer.isBuffer(value) && text.includes(`$${index + 1}::bigint[]`) ? idsLiteral(value) : literal(value),
  );
  return values.length === 0 ? '' : ` (${literals.join(', ')})`;
}

/** The text of a bigint[] in its binary form: each element is its length, of 4 bytes, and 8 bytes. */
function idsLiteral(array: Buffer): string {
  const ids = Array.from({ length: array.readInt32BE(12) }, (_, index) =>
    array.readBigInt64BE(24 + index * 12),
  );
  return escapeLiteral(`{${ids.join(',')}}`);
}

function literal(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (Buffer.isBuffer(value)) return escapeLiteral(`\\x${value.toString('hex')}`);
  if (typeof value !== 'object') return escapeLiteral(String(value));
  const elements = value.map((element) => (element === null ? 'NULL' : JSON.stringify(element)));
  return escapeLiteral(`{${elements.join(',')}}`);
}

function summarize(root: PlanNode | undefined): ExecutedPlan {
  const indexes: string[] = [];
  const scanned: string[] = [];
  const conditions: string[] = [];
  let visited = 0;
  const visit = (node: PlanNode): void => {
    if (node['Index Name'] !== undefined && node['Actual Loops'] > 0) indexes.push(node['Index Name']);
    if (node['Node Type'] === 'Seq Scan') scanned.push(node['Relation Name'] ?? '');
    if (node['Relation Name'] !== undefined || node['Index Name'] !== undefined) {
      const perLoop =
        node['Actual Rows'] +
        (node['Rows Removed by Filter'] ?? 0) +
        (node['Rows Removed by Index Recheck'] ?? 0);
      visited += perLoop * node['Actual Loops'];
    }
    for (const condition of [node.Filter, node['Join Filter'], node['Index Cond']]) {
      if (condition !== undefined) conditions.push(condition);
    }
    node.Plans?.forEach(visit);
  };
  if (root) visit(root);
  return { indexes, scanned, visited, conditions };
}
