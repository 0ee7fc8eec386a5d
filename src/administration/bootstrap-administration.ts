import { hashAccessToken } from '../access/access-token.js';
import { type AccessScope } from '../access/credential.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { AdministrationError } from './administration.error.js';
import { findCompanyId } from './find-company.js';
import { type OwnerConnection } from './owner-connection.js';
import { type AccessToken, type NewToken, type TokenAdministration } from './token-administration.js';

const READ_WRITE: readonly AccessScope[] = ['scim:read', 'scim:write'];

/** What a start of the service creates where it is missing. */
export class BootstrapAdministration {
  constructor(
    private readonly connection: OwnerConnection,
    private readonly tokens: TokenAdministration,
  ) {}

  /** Creates the company, with its slug as its name, unless it exists. */
  ensureCompany(slug: string): Promise<void> {
    return this.connection.inTransaction(async () => {
      const { rows } = await this.connection.query<{ id: string }>(
        'INSERT INTO companies (slug, name) VALUES ($1, $1) ON CONFLICT (slug) DO NOTHING RETURNING id',
        [slug],
      );
      const [made] = rows;
      if (made) await this.connection.record(made.id, { operation: 'company.created', display: slug });
    });
  }

  /**
   * Creates a company and its first token, in one transaction.
   *
   * @param secret the text of the token
   */
  async createCompanyWithToken(slug: string, secret: string, token: NewToken): Promise<void> {
    await this.connection.change(async () => {
      await this.ensureCompany(slug);
      const id = await findCompanyId(this.connection, slug);
      await this.recordToken(id, await this.tokens.insertToken(id, hashAccessToken(secret), token));
    });
  }

  /**
   * Makes `secret` the company's token named `bootstrap`, and revokes any other of this name. If the same secret was
   * revoked before, it stays revoked.
   *
   * @throws AdministrationError where the secret is the token of another company
   */
  async ensureBootstrapToken(slug: string, secret: string, dialect: Dialect): Promise<void> {
    const id = await findCompanyId(this.connection, slug);
    const hash = hashAccessToken(secret);
    await this.connection.change(async () => {
      await this.connection.query(
        `UPDATE access_tokens SET revoked = now()
         WHERE company_id = $1 AND name = 'bootstrap' AND hash <> $2 AND revoked IS NULL`,
        [id, hash],
      );
      const { rows } = await this.connection.query<{ id: string; company_id: string; is_new: boolean }>(
        `INSERT INTO access_tokens (company_id, name, hash, dialect, scopes) VALUES ($1, 'bootstrap', $2, $3, $4)
         ON CONFLICT (hash) DO UPDATE SET dialect = CASE WHEN access_tokens.company_id = $1
           THEN excluded.dialect ELSE access_tokens.dialect END
         RETURNING id, company_id, xmax = 0 AS is_new`,
        [id, hash, dialect, READ_WRITE],
      );
      const [token] = rows;
      if (token?.company_id !== id) {
        throw new AdministrationError(
          'BOOTSTRAP_TOKEN is already the token of another company; choose another value.',
        );
      }
      if (token.is_new) await this.recordToken(id, { id: token.id, name: 'bootstrap' });
    });
  }

  private recordToken(companyId: string, { id, name }: Pick<AccessToken, 'id' | 'name'>): Promise<void> {
    const detail = { kind: 'token', id };
    return this.connection.record(companyId, { operation: 'credential.issued', display: name, detail });
  }
}
