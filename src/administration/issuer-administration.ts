import pg, { type Client } from 'pg';
import { type AccessScope } from '../access/credential.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { connectDirectly } from '../persistence/database/server-check.js';
import { AdministrationError } from './company-administration.js';
import { readKeySet, requireKeysUrl } from './issuer-keys-check.js';

/** A registered issuer of JWTs. */
export interface Issuer {
  readonly id: string;
  readonly name: string;
  /** Slug of the company that all its tokens are for; null if `companyClaim` is set. */
  readonly company: string | null;
  /** Name of the claim in which each token has its company; null if `company` is set. */
  readonly companyClaim: string | null;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string | null;
  /** Ids of the keys that are stored in the database; null if the keys are fetched from `jwksUrl`. */
  readonly keyIds: readonly string[] | null;
  readonly requiredScope: string | null;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** When the issuer was removed, in ISO 8601 and UTC; null if it was not. */
  readonly revoked: string | null;
}

/** An issuer to be registered. */
export interface NewIssuer {
  readonly name: string;
  /** The slug of the company of all tokens, or the name of the claim in which each token has its company. */
  readonly company: { readonly slug: string } | { readonly claim: string };
  readonly issuer: string;
  readonly audience: string;
  /** The URL of a JSON Web Key Set, or its text. */
  readonly keys: { readonly url: string } | { readonly text: string };
  readonly requiredScope: string | null;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
}

interface IssuerRow {
  readonly id: string;
  readonly name: string;
  readonly slug: string | null;
  readonly company_claim: string | null;
  readonly issuer: string;
  readonly audience: string;
  readonly jwks_url: string | null;
  readonly key_ids: readonly string[] | null;
  readonly required_scope: string | null;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  readonly created: Date;
  readonly revoked: Date | null;
}

const COLUMNS = `i.id, i.name, c.slug, i.company_claim, i.issuer, i.audience, i.jwks_url,
  CASE WHEN i.keys IS NOT NULL THEN ARRAY(SELECT k ->> 'kid' FROM jsonb_array_elements(i.keys -> 'keys') k
    WHERE k ? 'kid') END AS key_ids,
  i.required_scope, i.dialect, i.scopes, i.created, i.revoked`;
const JOIN_COMPANY = 'LEFT JOIN companies c ON c.id = i.company_id';
const UNIQUE_VIOLATION = '23505';

/** What an issuer, audience or scope may consist of. They are compared byte by byte with the claims of tokens. */
const CLAIM_VALUE = /^[\x21-\x7e]{1,2048}$/;

/**
 * Administration of the issuers whose JWTs are accepted. It works as the owner of the database, like
 * `CompanyAdministration`. Its methods throw {@link AdministrationError} for mistakes of the operator.
 */
export class IssuerAdministration {
  private constructor(private readonly client: Client) {}

  /** @throws StartupError where the database can't be reached */
  static async open(directUrl: string): Promise<IssuerAdministration> {
    return new IssuerAdministration(await connectDirectly(directUrl));
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /**
   * Registers an issuer, with effect from the next request.
   *
   * @throws AdministrationError where a value or the keys are not allowed, or the same issuer and audience are
   *   registered already
   */
  async addIssuer(issuer: NewIssuer): Promise<Issuer> {
    requireClaimValue(issuer.issuer, 'issuer');
    requireClaimValue(issuer.audience, 'audience');
    if (issuer.requiredScope !== null) requireClaimValue(issuer.requiredScope, 'scope');
    const { company, keys } = issuer;
    if ('url' in keys) requireKeysUrl(keys.url);
    const keySet = 'url' in keys ? null : JSON.stringify(await readKeySet(keys.text));
    const companyId = 'slug' in company ? await this.findCompanyId(company.slug) : null;
    const values = [
      companyId,
      issuer.name,
      issuer.issuer,
      issuer.audience,
      'url' in keys ? keys.url : null,
      keySet,
      issuer.requiredScope,
      'claim' in company ? company.claim : null,
      issuer.dialect,
      issuer.scopes,
    ];
    try {
      const { rows } = await this.client.query<IssuerRow>(
        `WITH i AS (INSERT INTO token_issuers
           (company_id, name, issuer, audience, jwks_url, keys, required_scope, company_claim, dialect, scopes)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *)
         SELECT ${COLUMNS} FROM i ${JOIN_COMPANY}`,
        values,
      );
      return readIssuer(rows[0]!);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION)) throw error;
      throw new AdministrationError(
        `Issuer ${issuer.issuer} is registered for audience ${issuer.audience} already; a token must not stand ` +
          'for two companies. See: issuer list',
      );
    }
  }

  /**
   * All issuers, including removed ones.
   *
   * @param slug only those of this company
   */
  async listIssuers(slug?: string): Promise<readonly Issuer[]> {
    const companyId = slug === undefined ? null : await this.findCompanyId(slug);
    const { rows } = await this.client.query<IssuerRow>(
      `SELECT ${COLUMNS} FROM token_issuers i ${JOIN_COMPANY}
       WHERE $1::bigint IS NULL OR i.company_id = $1 ORDER BY i.id`,
      [companyId],
    );
    return rows.map(readIssuer);
  }

  /** Removes an issuer, with effect from the next request. One that is removed already keeps its time. */
  async removeIssuer(id: string): Promise<Issuer> {
    const { rows } = await this.client.query<IssuerRow>(
      `WITH i AS (UPDATE token_issuers SET revoked = coalesce(revoked, now()) WHERE id::text = $1 RETURNING *)
       SELECT ${COLUMNS} FROM i ${JOIN_COMPANY}`,
      [id],
    );
    const [row] = rows;
    if (!row) throw new AdministrationError(`There is no issuer ${id}; see: issuer list`);
    return readIssuer(row);
  }

  private async findCompanyId(slug: string): Promise<string> {
    const { rows } = await this.client.query<{ id: string }>('SELECT id FROM companies WHERE slug = $1', [
      slug,
    ]);
    const [row] = rows;
    if (!row) throw new AdministrationError(`There is no company ${slug}; see: company list`);
    return row.id;
  }
}

function requireClaimValue(text: string, what: string): void {
  if (CLAIM_VALUE.test(text)) return;
  throw new AdministrationError(
    `${JSON.stringify(text)} is no ${what}: 1 to 2048 printable ASCII characters without blanks, as the tokens have it.`,
  );
}

const readIssuer = (row: IssuerRow): Issuer => ({
  id: row.id,
  name: row.name,
  company: row.slug,
  companyClaim: row.company_claim,
  issuer: row.issuer,
  audience: row.audience,
  jwksUrl: row.jwks_url,
  keyIds: row.key_ids,
  requiredScope: row.required_scope,
  dialect: row.dialect,
  scopes: row.scopes,
  created: row.created.toISOString(),
  revoked: row.revoked?.toISOString() ?? null,
});
