import { Injectable } from '@nestjs/common';
import {
  AccessTokensStore,
  type ExpiringCount,
  type ExpiringCredential,
  type SilentCompany,
} from '../../access/access-tokens.store.js';
import { type AccessScope, type Credential } from '../../access/credential.js';
import { type RefusedCredential } from '../../scim/request-facts.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { formatResourceId } from '../sql/resource-id.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';
import { type CompanyRow, readCompany } from './company-row.js';
import { RecentCredentials } from './recent-credentials.js';
import { SharedLookUps } from './shared-look-ups.js';

interface TokenRow extends CompanyRow {
  readonly token_id: string;
  readonly token_name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  readonly user_id: string | null;
  readonly client_id: string | null;
  readonly token_row: string;
  readonly company_row: string;
}

interface ExpiringRow {
  readonly credential_id: string;
  readonly credential_name: string;
  readonly secret_id: string | null;
  readonly slug: string;
  readonly expires: Date;
  readonly last_used: Date | null;
}

interface SilenceRow {
  readonly slug: string;
  readonly hours: number;
  readonly last_used: Date;
}

// What is claimed is recorded by the same statement: it is told, or claimed by nobody.

const CLAIM_EXPIRY_WARNINGS = `
  WITH expiring AS MATERIALIZED (
    SELECT * FROM claim_expiry_warnings()
  ), recorded AS MATERIALIZED (
    SELECT record_expiring(coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('expires',
      to_char(e.expires AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))), '[]')) FROM expiring e
  )
  SELECT e.* FROM recorded r CROSS JOIN expiring e ORDER BY e.expires, e.credential_id`;

const CLAIM_SILENCES = `
  WITH silences AS MATERIALIZED (
    SELECT * FROM claim_silences()
  ), recorded AS MATERIALIZED (
    SELECT record_silences(coalesce(jsonb_agg(to_jsonb(s)), '[]')) FROM silences s
  )
  SELECT s.slug, s.hours, s.last_used FROM recorded r CROSS JOIN silences s ORDER BY s.slug`;

interface RefusedTokenRow {
  readonly token_id: string;
  readonly token_name: string;
  readonly slug: string;
  readonly expires: Date | null;
  readonly revoked: Date | null;
  readonly client_id: string | null;
}

const FIND_TOKEN = 'SELECT * FROM find_token($1) CROSS JOIN token_state($1)';

@Injectable()
export class PostgresAccessTokensStore extends AccessTokensStore {
  private readonly lookUps = new SharedLookUps((hash) => this.lookUp(hash));
  private readonly recent = new RecentCredentials<Credential>();

  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override findByHash(hash: Buffer): Promise<Credential | undefined> {
    return this.lookUps.find(hash.toString('hex'));
  }

  override recall(hash: Buffer): Credential | undefined {
    return this.recent.recall(hash.toString('hex'));
  }

  override async claimExpiryWarnings(): Promise<readonly ExpiringCredential[]> {
    const { rows } = await this.transaction.runOutsideCompany({ text: CLAIM_EXPIRY_WARNINGS, values: [] });
    return (rows as unknown as readonly ExpiringRow[]).map((row) => ({
      id: row.credential_id,
      name: row.credential_name,
      ...(row.secret_id !== null && { secretId: row.secret_id }),
      company: row.slug,
      expires: row.expires,
      lastUsed: row.last_used,
    }));
  }

  override async claimSilences(): Promise<readonly SilentCompany[]> {
    const { rows } = await this.transaction.runOutsideCompany({ text: CLAIM_SILENCES, values: [] });
    return (rows as unknown as readonly SilenceRow[]).map(({ slug, hours, last_used: lastUsed }) => ({
      company: slug,
      hours,
      lastUsed,
    }));
  }

  override async countExpiring(): Promise<readonly ExpiringCount[]> {
    const text = 'SELECT days, credentials::int FROM count_expiring_credentials()';
    const statement = { text, values: [] };
    const { rows } = await this.transaction.runOutsideCompany(statement);
    return rows as unknown as readonly ExpiringCount[];
  }

  override async findRefused(hash: Buffer): Promise<RefusedCredential | undefined> {
    const statement = {
      name: 'find_refused_token',
      text: 'SELECT * FROM find_refused_token($1)',
      values: [hash],
    };
    const { rows } = await this.transaction.runOutsideCompany(statement, hash.toString('hex'));
    const [row] = rows as unknown as readonly RefusedTokenRow[];
    if (!row) return undefined;
    const { token_name: name, slug: company, expires, revoked } = row;
    const reason = revoked ? 'revoked' : 'expired';
    return {
      id: row.client_id ?? row.token_id,
      name,
      company,
      reason,
      since: revoked ?? expires ?? undefined,
    };
  }

  private async lookUp(hash: string): Promise<Credential | undefined> {
    const bytes = Buffer.from(hash, 'hex');
    const statement = { name: 'find_token', text: FIND_TOKEN, values: [bytes] };
    const { rows } = await this.transaction.runOutsideCompany(statement, hash);
    const [row] = rows as unknown as readonly TokenRow[];
    const credential = row && readCredential(row);
    this.recent.note(
      hash,
      credential,
      row && { kind: 'token', hash: bytes, credentialRow: row.token_row, companyRow: row.company_row },
    );
    return credential;
  }
}

const readCredential = (row: TokenRow): Credential => ({
  id: row.client_id ?? row.token_id,
  name: row.token_name,
  dialect: row.dialect,
  scopes: row.scopes,
  company: readCompany(row),
  ...(row.user_id === null ? {} : { userId: formatResourceId(row.user_id) }),
});
