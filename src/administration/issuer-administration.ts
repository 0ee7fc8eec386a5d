import pg, { type Client } from 'pg';
import { type AccessScope } from '../access/credential.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { connectDirectly } from '../persistence/database/server-check.js';
import { AdministrationError } from './company-administration.js';
import { readKeySet, requireKeysUrl } from './issuer-keys-check.js';

/** An issuer of signed tokens as the command line shows it. */
export interface Issuer {
  readonly id: string;
  readonly name: string;
  /** The slug of the company it speaks for; null where `companyClaim` names that of each token. */
  readonly company: string | null;
  readonly companyClaim: string | null;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string | null;
  /** The ids of the keys that are kept here; null where they are fetched. */
  readonly keyIds: readonly string[] | null;
  readonly requiredScope: string | null;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly revoked: string | null;
}

export interface NewIssuer {
  readonly name: string;
  /** A slug, or the claim that names the company. */
  readonly company: { readonly slug: string } | { readonly claim: string };
  readonly issuer: string;
  readonly audience: string;
  /** Where the keys are, or the text of a JSON Web Key Set. */
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
const WITH_COMPANY = 'LEFT JOIN companies c ON c.id = i.company_id';
const UNIQUE_VIOLATION = '23505';

/** Compared byte for byte with the claim of a token, so that a blank or a letter beyond ASCII would never match. */
const NAME = /^[\x21-\x7e]{1,2048}$/;

/**
 * Whose signed tokens are accepted, kept by the database's owner as companies are. Methods throw
 * {@link AdministrationError} for what the caller can mend.
 */
export class IssuerAdministration {
  private constructor(private readonly client: Client) {}

  /** @throws StartupError where the database can't be reached. */
  static async open(directUrl: string): Promise<IssuerAdministration> {
    return new IssuerAdministration(await connectDirectly(directUrl));
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** From the next request on the issuer's tokens are accepted. */
  async addIssuer(issuer: NewIssuer): Promise<Issuer> {
    requireName(issuer.issuer, 'issuer');
    requireName(issuer.audience, 'audience');
    if (issuer.requiredScope !== null) requireName(issuer.requiredScope, 'scope');
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
         SELECT ${COLUMNS} FROM i ${WITH_COMPANY}`,
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

  /** Removed ones too. @param slug - Of one company alone. */
  async listIssuers(slug?: string): Promise<readonly Issuer[]> {
    const companyId = slug === undefined ? null : await this.findCompanyId(slug);
    const { rows } = await this.client.query<IssuerRow>(
      `SELECT ${COLUMNS} FROM token_issuers i ${WITH_COMPANY}
       WHERE $1::bigint IS NULL OR i.company_id = $1 ORDER BY i.id`,
      [companyId],
    );
    return rows.map(readIssuer);
  }

  /** From the next request on the issuer's tokens are refused. Removing twice changes nothing. */
  async removeIssuer(id: string): Promise<Issuer> {
    const { rows } = await this.client.query<IssuerRow>(
      `WITH i AS (UPDATE token_issuers SET revoked = coalesce(revoked, now()) WHERE id::text = $1 RETURNING *)
       SELECT ${COLUMNS} FROM i ${WITH_COMPANY}`,
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

function requireName(text: string, what: string): void {
  if (NAME.test(text)) return;
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
