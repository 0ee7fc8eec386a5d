import { COMPANY_LOCK } from '../../persistence/database/advisory-locks.js';
import { type CellDatabase } from './cell-database.js';

/** The second number of a company's advisory locks. */
export const lockKeyOf = (companyId: string): number => Number(BigInt(companyId) & 0x7fffffffn);

/**
 * The time for which a database refuses the writes of one company (`moving_until`). It ends by itself, so that a command that
 * is killed leaves a company that takes writes again. To begin, to renew and to leave wait for the company's writes that are
 * under way, which either see that they are refused or are committed before.
 */
export class WriteLease {
  private begun: number | undefined;

  constructor(
    private readonly database: CellDatabase,
    private readonly companyId: string,
  ) {}

  /** When the lease was begun last, by `performance.now()`; undefined where this program has begun none. */
  get since(): number | undefined {
    return this.begun;
  }

  async begin(seconds: number): Promise<void> {
    await this.alone(async () => {
      this.begun = performance.now();
      await this.database.run(
        'UPDATE public.companies SET moving_until = clock_timestamp() + make_interval(secs => $2) WHERE id = $1 AND elsewhere IS NULL',
        [this.companyId, seconds],
      );
    });
  }

  /** @returns false where the lease is over already */
  renew(seconds: number): Promise<boolean> {
    return this.alone(async () => {
      const renewed = await this.database.run(
        `UPDATE public.companies SET moving_until = clock_timestamp() + make_interval(secs => $2)
          WHERE id = $1 AND elsewhere IS NULL AND moving_until > clock_timestamp()`,
        [this.companyId, seconds],
      );
      return renewed === 1;
    });
  }

  /** Lets the company's writes through again. */
  async end(): Promise<void> {
    await this.database.run(
      'UPDATE public.companies SET moving_until = NULL WHERE id = $1 AND elsewhere IS NULL',
      [this.companyId],
    );
  }

  /**
   * Ends serving the company here, as long as the lease lasts: from then on it is in another cell.
   *
   * @param keepDays how many days its rows stay here
   * @returns false where the lease is over already
   */
  leaveFor(cell: number, keepDays: number): Promise<boolean> {
    return this.alone(async () => {
      const left = await this.database.run(
        `UPDATE public.companies SET elsewhere = $2, moving_until = NULL, delete_after = now() + make_interval(days => $3)
          WHERE id = $1 AND elsewhere IS NULL AND moving_until > clock_timestamp()`,
        [this.companyId, String(cell), keepDays],
      );
      return left === 1;
    });
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    return this.database.inTransaction(async () => {
      await this.database.rows('SELECT pg_advisory_xact_lock($1, $2)', [
        COMPANY_LOCK.writes,
        lockKeyOf(this.companyId),
      ]);
      return work();
    });
  }
}
