import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ADVISORY_LOCK } from '../../persistence/database/advisory-locks.js';
import { firstIdAt } from '../../scim/id-times.js';
import { BY_INDEX } from '../../persistence/sql/by-index.js';
import { AdministrationError } from '../administration.error.js';
import { RECORDINGS_KEPT } from '../recording.js';
import { type OwnerConnection } from '../owner-connection.js';

const DAY_MS = 86_400_000;
/** No longer than PostgreSQL's `1 year`, for which a new database has partitions. */
const YEAR_MS = 365 * DAY_MS;
/** Rows that are removed in one transaction, so that no transaction is long. */
const BATCH_SIZE = 1000;
/** Waiting for a lock on a table blocks everybody else who needs the table. */
const LOCK_TIMEOUT = '1s';
const ATTEMPTS = 10;
const PAUSE_MS = 2000;
const LOCK_NOT_AVAILABLE = '55P03';
/** For how many days it is told whom a refused request was to create. */
const REFUSED_NAMES_KEPT = 30;

/** What the upkeep did. */
export interface UpkeepReport {
  /** How many partitions were made. */
  readonly made: number;
  /** The partitions that were dropped. */
  readonly dropped: readonly string[];
  /** How many entries were removed one by one. */
  readonly removed: number;
  /** How many places of the feed were removed. */
  readonly trimmed: number;
  /** How many entries were moved out of the default partition. */
  readonly moved: number;
  /** How many entries are still in it, since no month's partition was there when they were written. */
  readonly strays: number;
}

interface Retention {
  readonly id: string;
  readonly days: number;
}

/**
 * Keeps the journal: makes its partitions a year ahead, and removes what is older than its companies want. What is older
 * than any of them wants goes with whole months.
 */
export class JournalUpkeep {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * @param most how many entries it may move out of the default partition while everybody waits
   * @returns null where another process is doing it
   * @throws AdministrationError where a table could not be locked in several attempts
   */
  async maintain({ most = Infinity }: { readonly most?: number } = {}): Promise<UpkeepReport | null> {
    const lock = await this.connection.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS locked',
      [ADVISORY_LOCK.journalUpkeep],
    );
    if (lock.rows[0]?.locked !== true) return null;
    try {
      const now = Date.now();
      await this.removeRecordings();
      const moved = await this.moveStrays(most);
      const made = await this.underLock(() => this.makePartitions(now));
      const retentions = await this.beginRetention();
      const longest = Math.max(...retentions.map(({ days }) => days));
      const dropped = retentions.length === 0 ? [] : await this.dropPartitions(now - longest * DAY_MS);
      const strays = await this.countStrays();
      const forgotten = firstIdAt(new Date(now - REFUSED_NAMES_KEPT * DAY_MS));
      let removed = 0;
      let trimmed = 0;
      for (const { id, days } of retentions) {
        const end = firstIdAt(new Date(now - days * DAY_MS));
        await this.inBatches(() => this.forgetRefusedNames(id, forgotten));
        if (days < longest || strays > 0) removed += await this.inBatches(() => this.removeEntries(id, end));
        trimmed += await this.inBatches(() => this.trimFeed(id, end));
      }
      return { made, dropped, removed, trimmed, moved, strays: await this.countStrays() };
    } finally {
      await this.connection
        .query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK.journalUpkeep])
        .catch(() => undefined);
    }
  }

  /** Recordings go with their requests. */
  private removeRecordings(): Promise<unknown> {
    return this.connection.inJournal(() =>
      this.connection.query(`DELETE FROM recordings WHERE started < now() - interval '${RECORDINGS_KEPT}'`),
    );
  }

  private async makePartitions(now: number): Promise<number> {
    const { rows } = await this.connection.query<{ made: number }>(
      'SELECT make_journal_partitions($1) AS made',
      [new Date(now + YEAR_MS)],
    );
    return rows[0]?.made ?? 0;
  }

  /** Notes from when on each journal is whole, before older entries are removed. */
  private async beginRetention(): Promise<readonly Retention[]> {
    await this.connection.query(
      `UPDATE companies SET journal_since = now() - make_interval(days => journal_retention_days)
       WHERE journal_since < now() - make_interval(days => journal_retention_days)`,
    );
    const { rows } = await this.connection.query<Retention>(
      'SELECT id, journal_retention_days AS days FROM companies ORDER BY id',
    );
    return rows;
  }

  private async dropPartitions(end: number): Promise<readonly string[]> {
    const { rows } = await this.connection.query<{ name: string }>(
      `SELECT c.relname::text AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent IN ('activity'::regclass, 'activity_members'::regclass) AND c.relname ~ '_\\d{6}$'
       ORDER BY right(c.relname, 6), c.relname`,
    );
    const over = rows.map(({ name }) => name).filter((name) => endOfMonth(name) <= end);
    for (const name of over) {
      await this.underLock(() => this.connection.query(`DROP TABLE public.${pg.escapeIdentifier(name)}`));
    }
    return over;
  }

  private removeEntries(companyId: string, end: string): Promise<number> {
    return this.change(
      `WITH old AS (
         SELECT id, resource_id FROM activity WHERE company_id = $1 AND id < $2 ORDER BY id LIMIT ${BATCH_SIZE}
       ), gone AS (
         DELETE FROM activity_members e USING old
         WHERE e.company_id = $1 AND e.activity_id < $2 AND e.group_id = old.resource_id AND e.activity_id = old.id)
       DELETE FROM activity a USING old WHERE a.company_id = $1 AND a.id < $2 AND a.id = old.id`,
      [companyId, end],
    );
  }

  /** Who was never created can't be named when a person is erased. */
  private forgetRefusedNames(companyId: string, end: string): Promise<number> {
    return this.change(
      `WITH old AS (
         SELECT id FROM activity WHERE company_id = $1 AND id < $2 AND outcome = 'refused' AND display IS NOT NULL
         ORDER BY id LIMIT ${BATCH_SIZE})
       UPDATE activity a SET display = NULL FROM old WHERE a.company_id = $1 AND a.id < $2 AND a.id = old.id`,
      [companyId, end],
    );
  }

  /** Positions ascend nearly as ids do, so that nothing behind the first one that stays is looked for. */
  private trimFeed(companyId: string, end: string): Promise<number> {
    return this.change(
      `WITH first AS (
         SELECT position, activity_id FROM feed WHERE company_id = $1 ORDER BY position LIMIT ${BATCH_SIZE})
       DELETE FROM feed f USING first WHERE f.position = first.position AND first.activity_id < $2::bigint`,
      [companyId, end],
    );
  }

  private change(text: string, values: readonly unknown[]): Promise<number> {
    return this.connection.inJournal(async () => {
      await this.connection.query(BY_INDEX);
      return (await this.connection.query(text, values)).rowCount ?? 0;
    });
  }

  private async inBatches(remove: () => Promise<number>): Promise<number> {
    let sum = 0;
    let removed: number;
    do sum += removed = await remove();
    while (removed === BATCH_SIZE);
    return sum;
  }

  /** Entries whose month had no partition, from an id on. */
  private async countStrays(from = '0'): Promise<number> {
    const { rows } = await this.connection.inJournal(() =>
      this.connection.query<{ count: string }>('SELECT count(*) FROM activity_default WHERE id >= $1', [
        from,
      ]),
    );
    return Number(rows[0]?.count);
  }

  /**
   * Gives entries of this month and later their partition. Those of earlier months stay until they are too old: only
   * when nobody made partitions for a year, there are any.
   */
  private async moveStrays(most: number): Promise<number> {
    const { rows } = await this.connection.query<{ from: string }>(
      "SELECT first_resource_id(date_trunc('month', now(), 'UTC')) AS from",
    );
    const from = rows[0]!.from;
    const count = await this.countStrays(from);
    if (count === 0 || count > most) return 0;
    await this.underLock(() => this.moveFromDefault(from));
    return count;
  }

  /** In an open transaction of the owner. */
  private async moveFromDefault(from: string): Promise<void> {
    await this.connection.query('LOCK TABLE activity, activity_members IN ACCESS EXCLUSIVE MODE');
    const { rows } = await this.takeOut(from);
    await this.connection.becomeOwner();
    await this.connection.query('SELECT make_journal_partitions(resource_id_time($1))', [rows[0]?.last]);
    await this.connection.becomeJournal();
    await this.connection.query('INSERT INTO activity SELECT * FROM stray_activity');
    await this.connection.query('INSERT INTO activity_members SELECT * FROM stray_members');
  }

  private async takeOut(from: string): Promise<{ readonly rows: readonly { readonly last: string }[] }> {
    await this.connection.becomeJournal();
    for (const [copy, table, id] of [
      ['stray_activity', 'activity_default', 'id'],
      ['stray_members', 'activity_members_default', 'activity_id'],
    ] as const) {
      await this.connection.query(
        `CREATE TEMPORARY TABLE ${copy} ON COMMIT DROP AS SELECT * FROM ${table} WHERE ${id} >= ${from}`,
      );
      await this.connection.query(`DELETE FROM ${table} WHERE ${id} >= ${from}`);
    }
    return this.connection.query<{ last: string }>('SELECT max(id) AS last FROM stray_activity');
  }

  /** Runs `work` in a transaction that waits a second for its locks, several times if it must. */
  private async underLock<T>(work: () => Promise<T>): Promise<T> {
    for (let left = ATTEMPTS; ; left -= 1) {
      try {
        return await this.connection.inTransaction(async () => {
          await this.connection.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
          return work();
        });
      } catch (error) {
        if (!(error instanceof pg.DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
        if (left === 1) {
          throw new AdministrationError(
            'The tables of the journal are in use by something that lasts. Try again later.',
            'conflict',
            'maintain',
          );
        }
      }
      await sleep(PAUSE_MS * Math.random());
    }
  }
}

/** When the month of a partition such as `activity_202601` ends. */
function endOfMonth(partition: string): number {
  const [, year, month] = /_(\d{4})(\d{2})$/.exec(partition) ?? [];
  return Date.UTC(Number(year), Number(month));
}
