import { BY_INDEX } from '../../persistence/sql/by-index.js';
import { type OwnerConnection } from '../owner-connection.js';

/** Rows that are removed in one transaction, so that no transaction is long. */
const BATCH_SIZE = 1000;

/** Removes deleted users and groups for good when the time is over in which they can be brought back. */
export class DeletedUpkeep {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * @param days how long they are kept (`DELETED_RETENTION_DAYS`)
   * @returns how many were removed
   */
  async sweep(days: number): Promise<number> {
    const { rows } = await this.connection.query<{ id: string }>('SELECT id FROM companies ORDER BY id');
    let sum = 0;
    for (const { id } of rows) sum += await this.sweepCompany(id, days);
    return sum;
  }

  private async sweepCompany(companyId: string, days: number): Promise<number> {
    let sum = 0;
    let removed: number;
    do sum += removed = await this.removeBatch(companyId, days);
    while (removed === BATCH_SIZE);
    return sum;
  }

  private removeBatch(companyId: string, days: number): Promise<number> {
    return this.connection.inCompany(companyId, async () => {
      await this.connection.query(BY_INDEX);
      const { rowCount } = await this.connection.query(
        `DELETE FROM deleted_resources WHERE company_id = $1 AND id = ANY (ARRAY(
           SELECT id FROM deleted_resources WHERE company_id = $1 AND deleted < now() - make_interval(days => $2)
           ORDER BY company_id, deleted LIMIT ${BATCH_SIZE}))`,
        [companyId, days],
      );
      return rowCount ?? 0;
    });
  }
}
