import pg from 'pg';
import { describePlace } from '../../persistence/database/server-check.js';
import { AdministrationError } from '../administration.error.js';
import { type CellDatabase } from './cell-database.js';
import { MOVED_TABLES } from './moved-tables.js';

/** Since when a subscription works as its owner only where it is told to. */
const OWNER_IS_ASKED_FOR = 160_000;

/** How far a subscription has come. */
export interface CopyState {
  /** Tables that are in step. */
  readonly ready: readonly string[];
  /** Rows of the tables that are being copied. */
  readonly copying: number;
  /** Whether PostgreSQL goes on: an error stops it. */
  readonly isEnabled: boolean;
}

/**
 * PostgreSQL's logical replication of the rows of one company: a publication and a replication slot in the source, a
 * subscription in the target, all of one name.
 */
export class CompanyReplication {
  private readonly name: string;

  constructor(
    private readonly source: CellDatabase,
    private readonly target: CellDatabase,
    private readonly companyId: string,
  ) {
    this.name = `rollcall_move_${companyId}`;
  }

  async isPublished(): Promise<boolean> {
    return (await this.source.rows('SELECT FROM pg_publication WHERE pubname = $1', [this.name])).length > 0;
  }

  async hasSlot(): Promise<boolean> {
    return (
      (await this.source.rows('SELECT FROM pg_replication_slots WHERE slot_name = $1', [this.name])).length >
      0
    );
  }

  async isSubscribed(): Promise<boolean> {
    return (await this.subscription()) !== undefined;
  }

  private async subscription(): Promise<{ readonly oid: string; readonly enabled: boolean } | undefined> {
    const [found] = await this.target.rows<{ oid: string; enabled: boolean }>(
      `SELECT s.oid, s.subenabled AS enabled FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
        WHERE s.subname = $1 AND d.datname = current_database()`,
      [this.name],
    );
    return found;
  }

  /** What is in the source: a publication of the company's rows, and a slot behind it, which does not know earlier changes. */
  async publish(): Promise<void> {
    if (!(await this.isPublished())) {
      const tables = MOVED_TABLES.map(
        (name) => `public.${name} WHERE (company_id = ${BigInt(this.companyId)})`,
      );
      await this.source.run(
        `CREATE PUBLICATION ${this.name} FOR TABLE ${tables.join(', ')} WITH (publish_via_partition_root = true)`,
      );
    }
    if (!(await this.hasSlot())) {
      await this.source.rows("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [this.name]);
    }
  }

  /**
   * Lets the target copy the rows, and follow from then on.
   *
   * @param url by which the target's server reaches the source
   * @throws AdministrationError where it can't
   */
  async subscribe(url: string, targetVersion: number): Promise<void> {
    const asOwner = targetVersion >= OWNER_IS_ASKED_FOR ? ', run_as_owner = true' : '';
    try {
      await this.target.runSecretly(
        `CREATE SUBSCRIPTION ${this.name} CONNECTION ${pg.escapeLiteral(url)} PUBLICATION ${this.name}
           WITH (create_slot = false, slot_name = '${this.name}', disable_on_error = true${asOwner})`,
        passwordOf(url),
      );
    } catch (error) {
      if (!(error instanceof AdministrationError)) throw error;
      throw new AdministrationError(
        `The target's server does not copy from ${describePlace(url)}: ${error.detail} Let --from-url name the source as that ` +
          'server reaches it, with a login that may replicate.',
        'conflict',
      );
    }
  }

  async state(): Promise<CopyState> {
    const found = await this.subscription();
    if (found === undefined) return { ready: [], copying: 0, isEnabled: false };
    const tables = await this.target.rows<{ name: string; state: string }>(
      'SELECT c.relname AS name, r.srsubstate AS state FROM pg_subscription_rel r JOIN pg_class c ON c.oid = r.srrelid WHERE r.srsubid = $1',
      [found.oid],
    );
    const { copying } = await this.target.row<{ copying: string }>(
      `SELECT coalesce(sum(p.tuples_processed), 0) AS copying FROM pg_stat_progress_copy p
        JOIN pg_subscription_rel r ON r.srrelid = p.relid AND r.srsubid = $1
        WHERE p.datname = current_database() AND p.command = 'COPY FROM'`,
      [found.oid],
    );
    return {
      ready: tables.filter(({ state }) => state === 'r').map(({ name }) => name),
      copying: Number(copying),
      isEnabled: found.enabled,
    };
  }

  /** The place of the last change of the source. */
  async lastChange(): Promise<string> {
    const { place } = await this.source.row<{ place: string }>('SELECT pg_current_wal_lsn() AS place');
    return place;
  }

  /** Whether the target has all changes up to a place. */
  async hasReached(place: string): Promise<boolean> {
    const [slot] = await this.source.rows<{ reached: boolean | null }>(
      'SELECT confirmed_flush_lsn >= $2::pg_lsn AS reached FROM pg_replication_slots WHERE slot_name = $1',
      [this.name, place],
    );
    return slot?.reached === true;
  }

  /** Takes the subscription away, so that nothing that happens in the source comes to the target any more. */
  async unsubscribe(): Promise<void> {
    const found = await this.subscription();
    if (found === undefined) return;
    // With its slot, PostgreSQL would ask the source at this moment, and fail where it can't be reached.
    await this.target.run(`ALTER SUBSCRIPTION ${this.name} DISABLE`);
    await this.target.run(`ALTER SUBSCRIPTION ${this.name} SET (slot_name = NONE)`);
    await this.target.run(`DROP SUBSCRIPTION ${this.name}`);
    await this.dropSlots([`pg_${found.oid}_sync_%`]);
  }

  /** Takes away what {@link publish} has made. */
  async unpublish(): Promise<void> {
    await this.dropSlots([this.name]);
    await this.source.run(`DROP PUBLICATION IF EXISTS ${this.name}`);
  }

  /** A slot that was in use a moment ago is waited for: its process ends when it finds its client gone. */
  private async dropSlots(names: readonly string[]): Promise<void> {
    const used = await this.source.rows<{ slot_name: string; active_pid: number | null }>(
      'SELECT slot_name, active_pid FROM pg_replication_slots WHERE slot_name LIKE ANY ($1)',
      [names],
    );
    for (const { slot_name: name } of used) {
      await this.source.rows(
        'SELECT pg_terminate_backend(active_pid, 10000) FROM pg_replication_slots WHERE slot_name = $1 AND active',
        [name],
      );
      await this.source.rows(
        'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1',
        [name],
      );
    }
  }
}

function passwordOf(url: string): string {
  try {
    return decodeURIComponent(new URL(url).password);
  } catch {
    return '';
  }
}
