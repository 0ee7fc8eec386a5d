import { Injectable } from '@nestjs/common';
import {
  type FoundPlatformCredential,
  type PlatformCredential,
  PlatformCredentialsStore,
  type PlatformScope,
} from '../../access/platform-credentials.store.js';
import { type RememberedCredential } from '../../scim/remembered-credential.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';
import { type CompanyRow, readCompany } from './company-row.js';
import { RecentCredentials } from './recent-credentials.js';
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
  /** Null where no company was found. */
  readonly credential_row: string | null;
  readonly company_row: string | null;
} & (CompanyRow | { readonly company_id: null; readonly slug: null });

const FIND_CREDENTIAL =
  'SELECT f.*, s.* FROM find_platform_credential($1, $2) f LEFT JOIN platform_credential_state($1, f.company_id) s ON true';

const keyOf = (hash: Buffer, named: string | undefined): string =>
  JSON.stringify([hash.toString('hex'), named ?? null]);

/** {@link PlatformCredentialsStore} in PostgreSQL. */
@Injectable()
export class PostgresPlatformCredentialsStore extends PlatformCredentialsStore {
  private readonly lookUps = new SharedLookUps((key) => this.lookUp(key));
  private readonly recent = new RecentCredentials<PlatformCredential>();

  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override find(hash: Buffer, named?: string): Promise<FoundPlatformCredential | undefined> {
    return this.lookUps.find(keyOf(hash, named));
  }

  override recall(hash: Buffer, named?: string): PlatformCredential | undefined {
    return this.recent.recall(keyOf(hash, named));
  }

  private async lookUp(key: string): Promise<FoundPlatformCredential | undefined> {
    const [hex, named] = JSON.parse(key) as [string, string | null];
    const hash = Buffer.from(hex, 'hex');
    const { rows } = await this.transaction.runOutsideCompany(
      {
        name: 'find_platform_credential',
        text: FIND_CREDENTIAL,
        values: [hash, named],
      },
      hex,
    );
    const [row] = rows as unknown as readonly CredentialRow[];
    const found = row && readCredential(row);
    this.recent.note(key, found?.credential, row && stateOf(row, hash));
    return found;
  }
}

function stateOf(
  { credential_row: credentialRow, company_row: companyRow }: CredentialRow,
  hash: Buffer,
): Omit<RememberedCredential, 'confirmed'> | undefined {
  if (credentialRow === null || companyRow === null) return undefined;
  return { kind: 'platform', hash, credentialRow, companyRow };
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
