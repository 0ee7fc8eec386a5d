import { Injectable } from '@nestjs/common';
import { AccessTokensStore } from '../../auth/access-tokens.store.js';
import { type AccessScope, type Credential } from '../../auth/credential.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';

interface TokenRow {
  readonly token_id: string;
  readonly token_name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  readonly company_id: string;
  readonly slug: string;
  readonly duplicate_group_names: boolean;
  readonly unknown_members: 'reject' | 'ignore';
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
      company: {
        id: row.company_id,
        slug: row.slug,
        settings: { duplicateGroupNames: row.duplicate_group_names, unknownMembers: row.unknown_members },
      },
    };
  }
}
