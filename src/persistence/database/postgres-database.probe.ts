import { Injectable } from '@nestjs/common';
import { DatabaseProbe } from '../../health/database.probe.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';

@Injectable()
export class PostgresDatabaseProbe extends DatabaseProbe {
  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override async answers(): Promise<boolean> {
    try {
      await this.transaction.control({ name: 'probe', text: 'SELECT 1', values: [] });
      return true;
    } catch {
      return false;
    }
  }
}
