import { Injectable } from '@nestjs/common';
import { type AccessScope } from '../../access/credential.js';
import {
  type FederatedCredential,
  type NewClientToken,
  type OauthClient,
  OauthClientsStore,
} from '../../oauth/oauth-clients.store.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';
import { type CompanyRow, readCompany } from './company-row.js';
import { SharedLookUps } from './shared-look-ups.js';

interface ClientRow extends CompanyRow {
  readonly client_id: string;
  readonly client_name: string;
  readonly scopes: readonly AccessScope[];
  readonly disabled: Date | null;
  readonly secret_id: string | null;
  readonly secret_expires: Date;
  readonly secret_revoked: Date | null;
  /** JSON of {@link FederatedColumns}; null where the client has none. */
  readonly federated: string | null;
}

interface FederatedColumns {
  readonly id: string;
  readonly issuer: string | null;
  readonly subject: string;
  readonly tenant: string | null;
  readonly audiences: readonly string[];
  readonly jwksUrl: string | null;
  readonly keys: string;
}

@Injectable()
export class PostgresOauthClientsStore extends OauthClientsStore {
  private readonly keysLookUp = new SharedLookUps(() => this.lookForClientKeys());

  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override async find(clientId: string, secretHash: Buffer | undefined): Promise<OauthClient | undefined> {
    const values = [clientId, secretHash ?? null];
    const look = { name: 'find_oauth_client', text: 'SELECT * FROM find_oauth_client($1, $2)', values };
    const { rows } = await this.transaction.runOutsideCompany(look, clientId);
    const [row] = rows as unknown as readonly ClientRow[];
    if (!row) return undefined;
    const { secret_id: id, secret_expires: expires, secret_revoked: revoked } = row;
    return {
      id: row.client_id,
      name: row.client_name,
      scopes: row.scopes,
      disabled: row.disabled,
      company: readCompany(row),
      secret: id === null ? undefined : { id, expires, revoked },
      federatedCredentials: (JSON.parse(row.federated ?? '[]') as FederatedColumns[]).map(readFederated),
    };
  }

  override async issueToken(token: NewClientToken): Promise<boolean> {
    const { clientId, parent, hash, scopes, lifetimeSeconds, most, userAgent } = token;
    const issue = {
      name: 'issue_client_token',
      text: 'SELECT issue_client_token($1, $2, $3, $4, $5, $6, $7, $8) AS issued',
      values: [
        clientId,
        'secret' in parent ? parent.secret : null,
        'secret' in parent ? null : parent.federatedCredential,
        ...[hash, scopes, `${lifetimeSeconds} seconds`, most, userAgent ?? null],
      ],
    };
    const { rows } = await this.transaction.runOutsideCompany(issue, clientId);
    return (rows as unknown as readonly { readonly issued: boolean }[])[0]?.issued === true;
  }

  override hasClientKeys(): Promise<boolean> {
    return this.keysLookUp.find('');
  }

  private async lookForClientKeys(): Promise<boolean> {
    const look = { name: 'has_client_keys', text: 'SELECT has_client_keys() AS found', values: [] };
    const { rows } = await this.transaction.runOutsideCompany(look);
    return (rows as unknown as readonly { readonly found: boolean }[])[0]?.found === true;
  }
}

const readFederated = (row: FederatedColumns): FederatedCredential => ({
  id: row.id,
  assertedBy:
    row.issuer === null
      ? undefined
      : {
          issuer: row.issuer,
          subject: row.subject,
          tenant: row.tenant ?? undefined,
          audiences: row.audiences,
        },
  keys: row.jwksUrl === null ? { text: row.keys } : { url: row.jwksUrl },
});
