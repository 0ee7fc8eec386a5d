import { Injectable } from '@nestjs/common';
import { AccessTokensStore } from '../../access/access-tokens.store.js';
import { type AccessScope, type Credential } from '../../access/credential.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { formatResourceId } from '../sql/resource-id.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';
import { type CompanyRow, readCompany } from './company-row.js';

interface TokenRow extends CompanyRow {
  readonly token_id: string;
  readonly token_name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  readonly user_id: string | null;
}

@Injectable()
export class PostgresAccessTokensStore extends AccessTokensStore {
  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override async findByHash(hash: Buffer): Promise<Credential | undefined> {
    const { rows } = await this.transaction.control({
      name: 'find_token',
      text: 'SELECT * FROM find_token($1)',
      values: [hash],
    });
    const [row] = rows as unknown as readonly TokenRow[];
    if (!row) return undefined;
    return {
      id: row.token_id,
      name: row.token_name,
      dialect: row.dialect,
      scopes: row.scopes,
      company: readCompany(row),
      ...(row.user_id === null ? {} : { userId: formatResourceId(row.user_id) }),
    };
  }
}
