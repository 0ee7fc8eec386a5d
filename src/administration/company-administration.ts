import pg, { type Client } from 'pg';
import { hashAccessToken, makeAccessToken } from '../access/access-token.js';
import { type AccessScope } from '../access/credential.js';
import { isSlug } from '../config/read-settings.js';
import { foldCase } from '../protocol/text/fold-case.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { type CompanySettings } from '../scim/company-scope.js';
import { SERVICE_ROLE } from '../persistence/database/role-names.js';
import { connectDirectly } from '../persistence/database/server-check.js';
import { formatResourceId, readResourceId } from '../persistence/sql/resource-id.js';

/** A company with its settings and the numbers of its resources. */
export interface Company {
  readonly slug: string;
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly settings: CompanySettings;
  readonly users: number;
  readonly groups: number;
}

/** A token without its secret, of which only the hash is stored. */
export interface AccessToken {
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** ISO 8601 in UTC; null if it never expires. */
  readonly expires: string | null;
  /** ISO 8601 in UTC; null if it is not revoked. */
  readonly revoked: string | null;
  /** Id of the user that the token stands for; null if it stands for a client service. */
  readonly user: string | null;
}

/** A token to be issued. */
export interface NewToken {
  readonly name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  /** Null if it never expires. */
  readonly expires: Date | null;
  /** userName or id of the user that the token is to stand for; undefined for a client service. */
  readonly user?: string;
}

/** The operator asked for something impossible. The message says why, in one line, and is printed as it is. */
export class AdministrationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AdministrationError';
  }
}

interface CompanyRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly created: Date;
  readonly duplicate_group_names: boolean;
  readonly unknown_members: 'reject' | 'ignore';
}

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly scopes: AccessScope[];
  readonly created: Date;
  readonly expires: Date | null;
  readonly revoked: Date | null;
  readonly user_id: string | null;
}

const TOKEN_COLUMNS = 'id, name, dialect, scopes, created, expires, revoked, user_id';
const COMPANY_COLUMNS = 'id, slug, name, created, duplicate_group_names, unknown_members';
const READ_WRITE: readonly AccessScope[] = ['scim:read', 'scim:write'];

const ADMINISTRATION_LOCK = 7_265_011;

/** How many clashing names an error lists. */
const MAX_LISTED_CLASHES = 20;

/**
 * Administration of companies and their tokens. It works as the owner of the database, on a connection of its own,
 * since the role of the service has no access to these tables. Its methods throw {@link AdministrationError} for
 * mistakes of the operator, such as a company that does not exist.
 */
export class CompanyAdministration {
  private constructor(private readonly client: Client) {}

  /** @throws StartupError where the database can't be reached */
  static async open(directUrl: string): Promise<CompanyAdministration> {
    return new CompanyAdministration(await connectDirectly(directUrl));
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** Runs `work` under a lock, so that instances that start at the same time create nothing twice. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await this.client.query('SELECT pg_advisory_lock($1)', [ADMINISTRATION_LOCK]);
    try {
      return await work();
    } finally {
      await this.client.query('SELECT pg_advisory_unlock($1)', [ADMINISTRATION_LOCK]).catch(() => undefined);
    }
  }

  /** Whether there is any company. */
  async hasCompanies(): Promise<boolean> {
    const { rows } = await this.client.query('SELECT 1 FROM companies LIMIT 1');
    return rows.length > 0;
  }

  /** @throws AdministrationError where the slug is not allowed or in use */
  async createCompany(slug: string, name: string): Promise<Company> {
    requireSlug(slug);
    const { rows } = await this.client.query<CompanyRow>(
      `INSERT INTO companies (slug, name) VALUES ($1, $2) ON CONFLICT (slug) DO NOTHING RETURNING ${COMPANY_COLUMNS}`,
      [slug, name],
    );
    const [row] = rows;
    if (!row) throw new AdministrationError(`Company ${slug} exists already.`);
    return this.describe(row);
  }

  /** Creates the company, with its slug as its name, unless it exists. */
  async ensureCompany(slug: string): Promise<void> {
    await this.client.query(
      'INSERT INTO companies (slug, name) VALUES ($1, $1) ON CONFLICT (slug) DO NOTHING',
      [slug],
    );
  }

  /**
   * Creates a company and its first token, in one transaction.
   *
   * @param secret the text of the token
   */
  async createCompanyWithToken(slug: string, secret: string, token: NewToken): Promise<void> {
    await this.inTransaction(async () => {
      await this.ensureCompany(slug);
      const { id } = await this.findCompany(slug);
      await this.insertToken(id, hashAccessToken(secret), token);
    });
  }

  async listCompanies(): Promise<readonly Company[]> {
    const { rows } = await this.client.query<CompanyRow>(
      `SELECT ${COMPANY_COLUMNS} FROM companies ORDER BY slug`,
    );
    const companies: Company[] = [];
    for (const row of rows) companies.push(await this.describe(row));
    return companies;
  }

  async showCompany(slug: string): Promise<Company> {
    return this.describe(await this.findCompany(slug));
  }

  /** Deletes the company with its users, groups, tokens and issuers. */
  async deleteCompany(slug: string): Promise<void> {
    const { id } = await this.findCompany(slug);
    await this.client.query('DELETE FROM companies WHERE id = $1', [id]);
  }

  /**
   * Changes the name or the settings.
   *
   * @throws AdministrationError where group names are to be unique and are not
   */
  async setCompany(
    slug: string,
    changes: Partial<CompanySettings> & { readonly name?: string },
  ): Promise<Company> {
    const { id } = await this.findCompany(slug);
    await this.inTransaction(async () => {
      if (changes.duplicateGroupNames === false) await this.makeGroupNamesUnique(id);
      await this.client.query(
        `UPDATE companies SET name = coalesce($2, name),
           duplicate_group_names = coalesce($3, duplicate_group_names),
           unknown_members = coalesce($4, unknown_members)
         WHERE id = $1`,
        [id, changes.name ?? null, changes.duplicateGroupNames ?? null, changes.unknownMembers ?? null],
      );
    });
    return this.showCompany(slug);
  }

  /** Issues a token. `secret` is its text, which is not stored and cannot be shown again. */
  async issueToken(slug: string, token: NewToken): Promise<AccessToken & { readonly secret: string }> {
    const { id } = await this.findCompany(slug);
    const secret = makeAccessToken();
    const userId = token.user === undefined ? null : await this.findUser(id, token.user);
    return { ...(await this.insertToken(id, hashAccessToken(secret), token, userId)), secret };
  }

  /** All tokens of a company, including revoked and expired ones. */
  async listTokens(slug: string): Promise<readonly AccessToken[]> {
    const { id } = await this.findCompany(slug);
    const { rows } = await this.client.query<TokenRow>(
      `SELECT ${TOKEN_COLUMNS} FROM access_tokens WHERE company_id = $1 ORDER BY id`,
      [id],
    );
    return rows.map(readToken);
  }

  /** Changes the name or the dialect of a token. Its secret stays valid. */
  async updateToken(
    slug: string,
    tokenId: string,
    changes: { readonly name?: string; readonly dialect?: Dialect },
  ): Promise<AccessToken> {
    return this.changeToken(slug, tokenId, 'name = coalesce($3, name), dialect = coalesce($4, dialect)', [
      changes.name ?? null,
      changes.dialect ?? null,
    ]);
  }

  /** Revokes a token, with effect from the next request. A token that is revoked already keeps its time. */
  async revokeToken(slug: string, tokenId: string): Promise<AccessToken> {
    return this.changeToken(slug, tokenId, 'revoked = coalesce(revoked, now())', []);
  }

  /**
   * Makes `secret` the company's token named `bootstrap`, and revokes any other of this name. If the same secret was
   * revoked before, it stays revoked.
   */
  async ensureBootstrapToken(slug: string, secret: string, dialect: Dialect): Promise<void> {
    const { id } = await this.findCompany(slug);
    const hash = hashAccessToken(secret);
    await this.inTransaction(async () => {
      await this.client.query(
        `UPDATE access_tokens SET revoked = now()
         WHERE company_id = $1 AND name = 'bootstrap' AND hash <> $2 AND revoked IS NULL`,
        [id, hash],
      );
      const { rows } = await this.client.query<{ company_id: string }>(
        `INSERT INTO access_tokens (company_id, name, hash, dialect, scopes) VALUES ($1, 'bootstrap', $2, $3, $4)
         ON CONFLICT (hash) DO UPDATE SET dialect = CASE WHEN access_tokens.company_id = $1
           THEN excluded.dialect ELSE access_tokens.dialect END
         RETURNING company_id`,
        [id, hash, dialect, READ_WRITE],
      );
      if (rows[0]?.company_id !== id) {
        throw new AdministrationError(
          'BOOTSTRAP_TOKEN is already the token of another company; choose another value.',
        );
      }
    });
  }

  private async insertToken(
    companyId: string,
    hash: Buffer,
    token: NewToken,
    userId: string | null = null,
  ): Promise<AccessToken> {
    const { rows } = await this.client.query<TokenRow>(
      `INSERT INTO access_tokens (company_id, name, hash, dialect, scopes, expires, user_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${TOKEN_COLUMNS}`,
      [companyId, token.name, hash, token.dialect, token.scopes, token.expires, userId],
    );
    return readToken(rows[0]!);
  }

  /** Finds a user by id or userName. If one user has the text as id and another as userName, the id wins. */
  private async findUser(companyId: string, named: string): Promise<string> {
    const rows = await this.inTransaction(async () => {
      await this.becomeService(companyId);
      const found = await this.client.query<{ id: string }>(
        `SELECT id FROM users WHERE company_id = $1 AND (id = $2::bigint OR user_name_key = $3)
         ORDER BY id = $2::bigint DESC NULLS LAST LIMIT 1`,
        [companyId, readResourceId(named) ?? null, foldCase(named)],
      );
      return found.rows;
    });
    const [row] = rows;
    if (!row) {
      throw new AdministrationError(
        `The company has no user ${JSON.stringify(named)}; name one by userName or id.`,
      );
    }
    return row.id;
  }

  private async changeToken(
    slug: string,
    tokenId: string,
    assignments: string,
    values: readonly unknown[],
  ): Promise<AccessToken> {
    const { id } = await this.findCompany(slug);
    const { rows } = await this.client.query<TokenRow>(
      `UPDATE access_tokens SET ${assignments} WHERE company_id = $1 AND id::text = $2 RETURNING ${TOKEN_COLUMNS}`,
      [id, tokenId, ...values],
    );
    const [row] = rows;
    if (!row)
      throw new AdministrationError(`Company ${slug} has no token ${tokenId}; see: token list ${slug}`);
    return readToken(row);
  }

  private async findCompany(slug: string): Promise<CompanyRow> {
    const { rows } = await this.client.query<CompanyRow>(
      `SELECT ${COMPANY_COLUMNS} FROM companies WHERE slug = $1`,
      [slug],
    );
    const [row] = rows;
    if (!row) throw new AdministrationError(`There is no company ${slug}; see: company list`);
    return row;
  }

  private async describe(row: CompanyRow): Promise<Company> {
    const counts = await this.inTransaction(async () => {
      await this.becomeService(row.id);
      const { rows } = await this.client.query<{ type: string; count: string }>(
        'SELECT type, sum(count) AS count FROM resource_counts WHERE company_id = $1 GROUP BY type',
        [row.id],
      );
      return rows;
    });
    const count = (type: string): number => Number(counts.find((each) => each.type === type)?.count ?? 0);
    return {
      slug: row.slug,
      name: row.name,
      created: row.created.toISOString(),
      settings: { duplicateGroupNames: row.duplicate_group_names, unknownMembers: row.unknown_members },
      users: count('User'),
      groups: count('Group'),
    };
  }

  /**
   * Makes the rest of the transaction run as the service, for one company. Row-level security applies to the owner
   * too, who would see no rows of any company.
   */
  private async becomeService(companyId: string): Promise<void> {
    await this.client.query(
      "SELECT set_config('role', $1, true), set_config('rollcall.company_id', $2, true)",
      [SERVICE_ROLE, companyId],
    );
  }

  /** @throws AdministrationError where several groups have one name */
  private async makeGroupNamesUnique(companyId: string): Promise<void> {
    await this.becomeService(companyId);
    const { rows } = await this.client.query<{ display_name: string; count: string }>(
      `SELECT min(display_name) AS display_name, count(*) AS count FROM groups WHERE company_id = $1
       GROUP BY display_name_key HAVING count(*) > 1 ORDER BY display_name_key LIMIT ${MAX_LISTED_CLASHES}`,
      [companyId],
    );
    if (rows.length > 0) {
      const clashes = rows.map(
        ({ display_name, count }) => `${JSON.stringify(display_name)} (${count} groups)`,
      );
      throw new AdministrationError(
        `Group names can't be made unique while these clash: ${clashes.join(', ')}.`,
      );
    }
    await this.client.query(
      'UPDATE groups SET duplicate_slot = 0 WHERE company_id = $1 AND duplicate_slot <> 0',
      [companyId],
    );
    await this.client.query("SELECT set_config('role', 'none', true)");
  }

  private async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.client.query('BEGIN');
    try {
      const result = await work();
      await this.client.query('COMMIT');
      return result;
    } catch (error) {
      await this.client.query('ROLLBACK').catch(() => undefined);
      if (error instanceof pg.DatabaseError && error.code === '23505') {
        throw new AdministrationError('Somebody else changed the same company at this moment; try again.');
      }
      throw error;
    }
  }
}

function requireSlug(slug: string): void {
  if (isSlug(slug)) return;
  throw new AdministrationError(
    `${JSON.stringify(slug)} is no slug: lower-case letters and digits in words joined by hyphens, at most 63 characters, ` +
      'such as acme-eu, and not 16 hexadecimal digits.',
  );
}

function readToken({ id, name, dialect, scopes, created, expires, revoked, user_id }: TokenRow): AccessToken {
  return {
    id,
    name,
    dialect,
    scopes,
    created: created.toISOString(),
    expires: expires?.toISOString() ?? null,
    revoked: revoked?.toISOString() ?? null,
    user: user_id === null ? null : formatResourceId(user_id),
  };
}
