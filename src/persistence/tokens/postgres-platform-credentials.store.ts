import { Injectable } from '@nestjs/common';
import {
  type FoundPlatformCredential,
  PlatformCredentialsStore,
  type PlatformScope,
} from '../../access/platform-credentials.store.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';
import { type CompanyRow, readCompany } from './company-row.js';
import { SharedLookUps } from './shared-look-ups.js';

type CredentialRow = {
  readonly credential_id: string;
  readonly credential_name: string;
  readonly scopes: readonly PlatformScope[];
  readonly expires: Date | null;
  readonly revoked: Date | null;
  readonly in_force: boolean;
  readonly all_companies: boolean;
  readonly companies: readonly string[];
} & (CompanyRow | { readonly company_id: null; readonly slug: null });

/** {@link PlatformCredentialsStore} in PostgreSQL. */
@Injectable()
export class PostgresPlatformCredentialsStore extends PlatformCredentialsStore {
  private readonly lookUps = new SharedLookUps((key) => this.lookUp(key));

  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override find(hash: Buffer, named?: string): Promise<FoundPlatformCredential | undefined> {
    return this.lookUps.find(JSON.stringify([hash.toString('hex'), named ?? null]));
  }

  private async lookUp(key: string): Promise<FoundPlatformCredential | undefined> {
    const [hash, named] = JSON.parse(key) as [string, string | null];
    const { rows } = await this.transaction.runOutsideCompany(
      {
        name: 'find_platform_credential',
        text: 'SELECT * FROM find_platform_credential($1, $2)',
        values: [Buffer.from(hash, 'hex'), named],
      },
      hash,
    );
    const [row] = rows as unknown as readonly CredentialRow[];
    return row && readCredential(row);
  }
}

function readCredential(row: CredentialRow): FoundPlatformCredential {
  const { credential_name: name, expires, revoked } = row;
  const id = `platform:${row.credential_id}`;
  if (!row.in_force) {
    const since = revoked ?? expires ?? undefined;
    const company = row.slug ?? undefined;
    return { refused: { id, name, company, reason: revoked ? 'revoked' : 'expired', since } };
  }
  const companies = row.all_companies ? 'all' : row.companies;
  const company = row.company_id === null ? undefined : readCompany(row);
  return { credential: { id, name, scopes: row.scopes, companies, company } };
}
