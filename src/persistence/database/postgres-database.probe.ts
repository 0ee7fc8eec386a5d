import { Injectable } from '@nestjs/common';
import { DatabaseProbe } from '../../health/database.probe.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';

const READ_ONLY = {
  name: 'probe',
  text: "SELECT current_setting('transaction_read_only') = 'on' AS read_only",
  values: [],
};

@Injectable()
export class PostgresDatabaseProbe extends DatabaseProbe {
  /** Checks that come while one is under way share it, so that they do not pile up before a database that hangs. */
  private underWay: Promise<string | undefined> | undefined;

  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override findFault(): Promise<string | undefined> {
    this.underWay ??= this.look().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  private async look(): Promise<string | undefined> {
    if (this.transaction.isStarved()) return 'Requests wait too long for a database connection.';
    try {
      const { rows } = await this.transaction.runOutsideCompany(READ_ONLY);
      return rows[0]?.['read_only'] === true ? 'The database takes no writes.' : undefined;
    } catch {
      return 'The database does not answer.';
    }
  }
}
