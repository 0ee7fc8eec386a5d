import { ADVISORY_LOCK } from '../../persistence/database/advisory-locks.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { AdministrationError } from '../administration.error.js';
import { AttributeForms } from '../../persistence/indexed-forms/attribute-forms.js';
import { parameter, sql } from '../../persistence/sql/sql-fragment.js';
import { type Clash, ClashSearch } from './clash-search.js';
import { announceReindex, finishReindex, cancelReindex } from './forms-change.js';
import { OwnerSession } from './owner-session.js';
import { type Batch, resourceTables, type ResourceTable } from './resource-table.js';
import { rewriteBatch } from './rewrite-batch.js';
import { rewriteDeleted } from './rewrite-deleted.js';

/** Shows the progress of a reindex. Each row counts twice: once for the search for clashes, once for the rewrite. */
export interface ReindexProgress {
  begin(steps: number): void;
  advance(company: string, steps: number): void;
  end(): void;
}

export interface ReindexOptions {
  /** How many rows one transaction rewrites. */
  readonly batchSize: number;
  readonly progress: ReindexProgress;
}

/** The result of a reindex. */
export interface ReindexReport {
  readonly companies: number;
  readonly resources: number;
  /** How many of the resources had other keys before. */
  readonly changed: number;
  /** If there are any, nothing was changed. */
  readonly clashes: readonly Clash[];
}

interface Company {
  readonly id: string;
  readonly slug: string;
}

type Step = (
  table: ResourceTable,
  after: string,
) => Promise<{ readonly last: string | undefined; readonly rows: number }>;

const BEFORE_ALL_IDS = '-1';

/** Recomputes, for all companies of a database, the keys that filters and unique indexes use. */
export class Reindex {
  private constructor(private readonly session: OwnerSession) {}

  /** @throws StartupError where the database can't be reached */
  static async open(directUrl: string): Promise<Reindex> {
    return new Reindex(await OwnerSession.open(directUrl));
  }

  async close(): Promise<void> {
    await this.session.close();
  }

  /**
   * Recomputes the keys. If the present ones were made by another folding or for other schemas, running servers
   * refuse writes from now on; if not, they go on. A run that was interrupted can be repeated.
   *
   * @throws AdministrationError where another run has not ended
   */
  async run(schemas: SchemaRegistry, { batchSize, progress }: ReindexOptions): Promise<ReindexReport> {
    await this.requireNoOtherRun();
    const before = await announceReindex(this.session, AttributeForms.of(schemas));
    const companies = await this.listCompanies();
    const tables = resourceTables(schemas);
    const walk = new CompanyWalk(tables, progress);
    progress.begin(2 * (await this.countResources(companies)));
    try {
      const clashes = await this.findClashes(companies, walk, before.forms, batchSize);
      if (clashes.length > 0) {
        await cancelReindex(this.session, before);
        return { companies: companies.length, resources: walk.rows, changed: 0, clashes };
      }
      const { rows } = walk;
      const changed = await this.rewrite(companies, walk, before.forms, batchSize);
      await finishReindex(this.session, before);
      return { companies: companies.length, resources: walk.rows - rows, changed, clashes };
    } finally {
      progress.end();
    }
  }

  private async findClashes(
    companies: readonly Company[],
    walk: CompanyWalk,
    forms: AttributeForms,
    size: number,
  ): Promise<readonly Clash[]> {
    const clashes: Clash[] = [];
    for (const company of companies) {
      const search = new ClashSearch(this.session, company, forms);
      await walk.through(company, (table, after) => search.examine(table, { after, size }));
      clashes.push(...(await search.clashes(walk.tables)));
    }
    return clashes;
  }

  private async rewrite(
    companies: readonly Company[],
    walk: CompanyWalk,
    forms: AttributeForms,
    size: number,
  ): Promise<number> {
    let changed = 0;
    for (const company of companies) {
      await walk.through(company, async (table, after) => {
        const batch = await this.session.inCompany(company.id, (run) =>
          rewriteBatch(run, company.id, table, forms, { after, size }),
        );
        changed += batch.changed;
        return batch;
      });
      for (let after: string | undefined = BEFORE_ALL_IDS; after !== undefined;) {
        const batch: Batch = { after, size };
        after = await this.session.inCompany(company.id, (run) =>
          rewriteDeleted(run, company.id, walk.tables, forms, batch),
        );
      }
    }
    return changed;
  }

  private async requireNoOtherRun(): Promise<void> {
    const { rows } = await this.session.asOwner((run) =>
      run<{ alone: boolean }>(sql`SELECT pg_try_advisory_lock(${parameter(ADVISORY_LOCK.reindex)}) AS alone`),
    );
    if (rows[0]?.alone !== true) throw new AdministrationError('Another reindex is under way.');
  }

  private async listCompanies(): Promise<readonly Company[]> {
    const { rows } = await this.session.asOwner((run) =>
      run<{ id: string; slug: string }>(sql`SELECT id, slug FROM companies ORDER BY slug`),
    );
    return rows;
  }

  private async countResources(companies: readonly Company[]): Promise<number> {
    let sum = 0;
    for (const { id } of companies) {
      const { rows } = await this.session.inCompany(id, (run) =>
        run<{ count: string }>(
          sql`SELECT coalesce(sum(count), 0) AS count FROM resource_counts WHERE company_id = ${parameter(id)}`,
        ),
      );
      sum += Number(rows[0]?.count ?? 0);
    }
    return sum;
  }
}

/** Visits all rows of companies, in batches in the order of their ids. */
class CompanyWalk {
  /** The number of rows visited so far. */
  rows = 0;

  constructor(
    readonly tables: readonly ResourceTable[],
    private readonly progress: ReindexProgress,
  ) {}

  async through({ slug }: Company, step: Step): Promise<void> {
    for (const table of this.tables) {
      for (let after: string | undefined = BEFORE_ALL_IDS; after !== undefined;) {
        const { last, rows } = await step(table, after);
        this.rows += rows;
        this.progress.advance(slug, rows);
        after = last;
      }
    }
  }
}
