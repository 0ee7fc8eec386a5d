import { setTimeout as sleep } from 'node:timers/promises';
import { COMPANY_LOCK } from '../../persistence/database/advisory-locks.js';
import { type ChangeOrigin } from '../../scim/change-origin.js';
import { timeOfId } from '../../scim/id-times.js';
import { AdministrationError } from '../administration.error.js';
import { Arrival } from './arrival.js';
import { CellDatabase } from './cell-database.js';
import { compareCells, countRows } from './compare-cells.js';
import { copyControlRows } from './control-rows.js';
import { setFeedAhead } from './feed-order.js';
import { type CellFacts, requireCells, requireRoom, requireSameDatabase } from './movable.js';
import { MOVED_TABLES } from './moved-tables.js';
import { CompanyReplication } from './replication.js';
import { requireReadableSecrets, resealSecrets } from './reseal-secrets.js';
import { lockKeyOf, WriteLease } from './write-lease.js';

/** For how many seconds writes are refused at least; a lease, in case the command is killed. */
const LEASE_SECONDS = 30;
/** The lease lasts this many times as long as comparing both sides took. */
const LEASE_COMPARISONS = 3;
/** How often steps 2 to 4 are tried, where they take longer than the lease. */
const ATTEMPTS = 3;
const LOOK_MS = 50;
const PATIENT_LOOK_MS = 250;

/** What the operator decides. */
export interface MoveOptions {
  /** URL of the source by which this process and the target's server reach it, with a login that may copy whole tables. */
  readonly fromUrl: string;
  /** How many days the rows stay in the source. */
  readonly keepDays: number;
  /** The keys of kept secrets in the source: the first encrypts. */
  readonly secretsKeys: readonly string[];
  readonly origin: ChangeOrigin;
  readonly progress: MoveProgress;
}

/** Shows how far a move has come. */
interface MoveProgress {
  begin(steps: number): void;
  advance(title: string, steps?: number): void;
  end(): void;
}

/** What came of a move. */
export interface MoveReport {
  readonly company: string;
  readonly from: number;
  readonly to: number;
  /** How many rows were copied and compared. */
  readonly rows: number;
  /** For how long writes were refused, in milliseconds; null where an earlier command refused them. */
  readonly closedMs: number | null;
}

interface Moving {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly elsewhere: string | null;
  readonly delete_after: Date | null;
}

/**
 * Moves a company to another cell. What happens is seen in the databases themselves, so that a command that was killed leaves
 * nothing that {@link resume} or {@link abort} could not go on from:
 *
 * 1. publication, slot and subscription, by which PostgreSQL copies the rows and keeps them in step;
 * 2. writes are refused for a lease (`moving_until`), the last changes go over, both sides are compared;
 * 3. the subscription ends, settings and credentials go over: the company is `arriving` in the target;
 * 4. the source serves it no more (`elsewhere`): from here on there is only one way, forward, until
 * 5. the target serves it.
 *
 * At no time do both sides take writes.
 */
export class CompanyMove {
  private readonly replication: CompanyReplication;
  private readonly lease: WriteLease;
  private readonly arrival: Arrival;
  private closedMs: number | null = null;
  private total = 0;
  private leaseSeconds = LEASE_SECONDS;

  private constructor(
    private readonly source: CellDatabase,
    private readonly target: CellDatabase,
    private readonly company: Moving,
    private readonly cells: { readonly from: CellFacts; readonly to: CellFacts },
    private readonly options: MoveOptions,
  ) {
    this.replication = new CompanyReplication(source, target, company.id);
    this.lease = new WriteLease(source, company.id);
    this.arrival = new Arrival(target, company, { from: cells.from.cell, to: cells.to.cell });
  }

  /**
   * @param ownUrl URL of the database where the company is
   * @param targetUrl URL of the database where it goes
   * @param slug of the company
   * @throws AdministrationError where companies can't move between the two, or somebody else moves this one;
   *   StartupError where a database can't be reached
   */
  static async open(
    ownUrl: string,
    targetUrl: string,
    slug: string,
    options: MoveOptions,
  ): Promise<CompanyMove> {
    const source = await CellDatabase.open(options.fromUrl);
    let target: CellDatabase | undefined;
    try {
      if (options.fromUrl !== ownUrl) await requireSameDatabase(source, ownUrl);
      target = await CellDatabase.open(targetUrl);
      const cells = await requireCells(source, target);
      const [company] = await source.rows<Moving>(
        'SELECT id, slug, name, elsewhere, delete_after FROM public.companies WHERE slug = $1',
        [slug],
      );
      if (company === undefined) {
        throw new AdministrationError(`There is no company ${slug}.`, 'unknown', 'company list');
      }
      const { alone } = await source.row<{ alone: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS alone', [
        COMPANY_LOCK.move,
        lockKeyOf(company.id),
      ]);
      if (!alone) throw new AdministrationError(`Another command is moving company ${slug}.`, 'conflict');
      return new CompanyMove(source, target, company, cells, options);
    } catch (error) {
      await source.close();
      await target?.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.source.close(), this.target.close()]);
  }

  /** @throws AdministrationError where the company can't move, or has begun to */
  async start(): Promise<MoveReport> {
    const { slug, elsewhere, delete_after: deleteAfter } = this.company;
    if (elsewhere === 'arriving') {
      throw new AdministrationError(`Company ${slug} is just arriving here. Let that end first.`, 'conflict');
    }
    if (await this.hasBegun()) {
      throw new AdministrationError(
        `Company ${slug} is on its way already. Go on with --resume, or --abort.`,
        'conflict',
      );
    }
    if (elsewhere !== null) {
      throw new AdministrationError(`Company ${slug} was moved to cell ${elsewhere}.`, 'conflict');
    }
    if (deleteAfter !== null) {
      throw new AdministrationError(
        `Company ${slug} is deleted; bring it back first.`,
        'conflict',
        `company restore ${slug}`,
      );
    }
    await requireRoom(this.target, this.company);
    await this.arrival.requireNoRows();
    return this.go();
  }

  /**
   * Goes on with a move that was interrupted.
   *
   * @throws AdministrationError where there is none to the target, or the company has left for another cell
   */
  async resume(): Promise<MoveReport> {
    await this.requireBegun();
    return this.go();
  }

  /**
   * Takes a move back, so that the company is where it was, and nothing of it is in the target.
   *
   * @throws AdministrationError where there is none to the target, the company has left for another cell, or the target
   *   serves it already
   */
  async abort(): Promise<void> {
    const { id, slug, elsewhere } = this.company;
    await this.requireBegun();
    const there = await this.arrival.state();
    if (elsewhere !== null && there === null) {
      throw new AdministrationError(
        `Company ${slug} is served by cell ${this.cells.to.cell} already. Finish with --resume; it can move back from there.`,
        'conflict',
      );
    }
    await this.replication.unsubscribe();
    await this.arrival.empty();
    await this.source.run(
      `UPDATE public.companies SET elsewhere = NULL, moving_until = NULL,
         delete_after = CASE WHEN elsewhere IS NULL THEN delete_after END WHERE id = $1`,
      [id],
    );
    await this.replication.unpublish();
  }

  private async go(): Promise<MoveReport> {
    const { progress } = this.options;
    try {
      if (this.company.elsewhere === null) {
        await requireReadableSecrets(
          this.source,
          this.company.id,
          this.options.secretsKeys,
          this.cells.to.keys,
        );
        await this.copy();
        await this.goOver();
      }
      progress.advance('opening');
      await this.arrival.open(this.options.origin);
      const { since } = this.lease;
      if (since !== undefined) this.closedMs = Math.round(performance.now() - since);
      await this.replication.unsubscribe();
      await this.replication.unpublish();
    } finally {
      progress.end();
    }
    const { from, to } = this.cells;
    return {
      company: this.company.slug,
      from: from.cell,
      to: to.cell,
      rows: this.total,
      closedMs: this.closedMs,
    };
  }

  private async hasBegun(): Promise<boolean> {
    const { replication } = this;
    return (
      (await replication.isPublished()) || (await replication.hasSlot()) || (await replication.isSubscribed())
    );
  }

  private async requireBegun(): Promise<void> {
    const { slug, elsewhere } = this.company;
    const { to } = this.cells;
    if (elsewhere === 'arriving') {
      throw new AdministrationError(`Company ${slug} is just arriving here. Let that end first.`, 'conflict');
    }
    if (elsewhere !== null && elsewhere !== String(to.cell)) {
      throw new AdministrationError(
        `Company ${slug} has left for cell ${elsewhere}, and --to leads to cell ${to.cell}. Give the database of cell ${elsewhere}.`,
        'conflict',
      );
    }
    if ((await this.hasBegun()) || (await this.arrival.state()) === 'arriving') return;
    throw new AdministrationError(`Company ${slug} is not on its way to ${this.target.place}.`, 'conflict');
  }

  private async copy(): Promise<void> {
    const { replication, target, options } = this;
    if (!(await replication.isSubscribed())) {
      // A subscription that ended before the company had left, or never was: what is in the target may be out of date.
      await this.arrival.empty();
      await replication.unpublish();
      await replication.publish();
      await replication.subscribe(options.fromUrl, this.cells.to.version);
    }
    const rows = await countRows(this.source, this.company.id);
    this.total = [...rows.values()].reduce((sum, each) => sum + each, 0);
    options.progress.begin(this.total);
    for (let shown = 0; ; await sleep(PATIENT_LOOK_MS)) {
      const { ready, copying, isEnabled } = await replication.state();
      if (!isEnabled) throw stopped('copying to', target);
      const done = ready.reduce((sum, name) => sum + (rows.get(name) ?? 0), copying);
      options.progress.advance(`rows copied`, Math.max(0, done - shown));
      shown = Math.max(shown, done);
      if (ready.length === MOVED_TABLES.length) return;
    }
  }

  /** Steps 2 to 4. */
  private async goOver(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.untilReached(await this.replication.lastChange());
      this.options.progress.advance('last changes');
      await this.rehearse();
      await this.lease.begin(this.leaseSeconds);
      try {
        if (await this.leave()) return;
      } catch (error) {
        await this.lease.end().catch(() => undefined);
        throw error;
      }
      await this.lease.end();
      if (attempt === ATTEMPTS) {
        throw new AdministrationError(
          `The last changes took longer than the ${this.leaseSeconds} seconds for which writes are refused, ${ATTEMPTS} times. Try it with ` +
            '--resume when less is written, or --abort.',
          'conflict',
        );
      }
      // The subscription may have ended meanwhile.
      await this.copy();
    }
  }

  /**
   * Compares both sides while writes go on, to learn how long that takes and to have the rows in memory. Differences are
   * changes under way, and ignored.
   */
  private async rehearse(): Promise<void> {
    const begun = performance.now();
    await compareCells(this.source, this.target, this.company.id);
    const seconds = Math.ceil((LEASE_COMPARISONS * (performance.now() - begun)) / 1000);
    this.leaseSeconds = Math.max(LEASE_SECONDS, seconds);
  }

  /** Steps 2 (the last changes) to 4. @returns false where the lease ended before all was done */
  private async leave(): Promise<boolean> {
    const { source, target, company, cells, options } = this;
    await this.emptyOutbox();
    await this.untilReached(await this.replication.lastChange());
    const differences = await compareCells(source, target, company.id);
    if (differences.length > 0) {
      throw new AdministrationError(
        `The two sides are not equal: ${differences.join('; ')}. Nothing has moved; take it back with --abort, and begin anew.`,
        'conflict',
      );
    }
    if (!(await this.lease.renew(this.leaseSeconds))) return false;
    await this.replication.unsubscribe();
    await copyControlRows(source, target, company.id);
    await resealSecrets(target, company.id, options.secretsKeys, cells.to.keys);
    await setFeedAhead(source, target, cells.to.cell);
    await this.untilLater();
    return this.lease.leaveFor(cells.to.cell, options.keepDays);
  }

  /** Gives all changes of the company their place in the feed. A service may do so at the same time. */
  private async emptyOutbox(): Promise<void> {
    for (;;) {
      const { left } = await this.source.row<{ left: boolean }>(
        'SELECT EXISTS (SELECT FROM public.outbox WHERE company_id = $1) AS left',
        [this.company.id],
      );
      if (!left) return;
      const { moved } = await this.source.row<{ moved: string }>('SELECT public.relay_outbox(5000) AS moved');
      if (moved === '-1') await sleep(LOOK_MS);
    }
  }

  private async untilReached(place: string): Promise<void> {
    while (!(await this.replication.hasReached(place))) {
      const { isEnabled } = await this.replication.state();
      if (!isEnabled) throw stopped('following in', this.target);
      await sleep(LOOK_MS);
    }
  }

  /** Waits until new ids of the target, which begin with the time, are greater than all ids of the source. */
  private async untilLater(): Promise<void> {
    const { last } = await this.source.row<{ last: string }>('SELECT public.next_resource_id() AS last');
    for (;;) {
      const { next } = await this.target.row<{ next: string }>('SELECT public.next_resource_id() AS next');
      if (timeOfId(BigInt(next)) > timeOfId(BigInt(last))) return;
      await sleep(LOOK_MS);
    }
  }
}

/** An error stops PostgreSQL's replication; see {@link CompanyReplication.state}. */
const stopped = (doing: 'copying to' | 'following in', { place }: CellDatabase): AdministrationError =>
  new AdministrationError(
    `PostgreSQL has stopped ${doing} ${place}; its log says why. Take the move back with --abort.`,
    'conflict',
  );
