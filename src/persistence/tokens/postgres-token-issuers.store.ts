import { Injectable } from '@nestjs/common';
import { type AccessScope, type CallerCompany } from '../../access/credential.js';
import { type TokenIssuer, TokenIssuersStore } from '../../access/token-issuers.store.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';
import { type CompanyRow, readCompany } from './company-row.js';

interface IssuerColumns {
  readonly issuer_id: string;
  readonly issuer_name: string;
  readonly audience: string;
  readonly required_scope: string | null;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
}

type KeyColumns =
  { readonly jwks_url: string; readonly keys: null } | { readonly jwks_url: null; readonly keys: string };

type CompanyColumns =
  | ({ readonly company_claim: null } & CompanyRow)
  | { readonly company_claim: string; readonly company_id: null };

type IssuerRow = IssuerColumns & KeyColumns & CompanyColumns;

@Injectable()
export class PostgresTokenIssuersStore extends TokenIssuersStore {
  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override async findByIssuer(issuer: string): Promise<readonly TokenIssuer[]> {
    const look = { name: 'find_issuers', text: 'SELECT * FROM find_issuers($1)', values: [issuer] };
    const { rows } = await this.transaction.runOutsideCompany(look, issuer);
    return (rows as unknown as readonly IssuerRow[]).map(readIssuer);
  }

  override async findCompany(slugOrId: string): Promise<CallerCompany | undefined> {
    const look = { name: 'find_company', text: 'SELECT * FROM find_company($1)', values: [slugOrId] };
    const { rows } = await this.transaction.runOutsideCompany(look, slugOrId);
    const [row] = rows as unknown as readonly CompanyRow[];
    return row && readCompany(row);
  }
}

const readIssuer = (row: IssuerRow): TokenIssuer => ({
  id: row.issuer_id,
  name: row.issuer_name,
  audience: row.audience,
  keys: row.jwks_url === null ? { text: row.keys } : { url: row.jwks_url },
  requiredScope: row.required_scope ?? undefined,
  company: row.company_claim === null ? readCompany(row) : { claim: row.company_claim },
  dialect: row.dialect,
  scopes: row.scopes,
});
