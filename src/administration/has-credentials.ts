/** A connection of the database's owner, of whatever library. */
export interface OwnerQueries {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Whether there is any company. */
export async function hasCompanies(connection: OwnerQueries): Promise<boolean> {
  const { rows } = await connection.query('SELECT 1 FROM companies LIMIT 1');
  return rows.length > 0;
}

/**
 * Whether anything opens a company: a token that is valid, an OAuth client, or an issuer of signed tokens.
 *
 * @param slug undefined for any company
 */
export async function hasCredentials(connection: OwnerQueries, slug: string | undefined): Promise<boolean> {
  const { rows } = await connection.query(
    `SELECT 1 FROM access_tokens LEFT JOIN companies c ON c.id = company_id
      WHERE client_id IS NULL AND revoked IS NULL AND (expires IS NULL OR expires > now())
        AND ($1::text IS NULL OR c.slug = $1)
     UNION ALL
     SELECT 1 FROM oauth_clients JOIN companies c ON c.id = company_id
      WHERE disabled IS NULL AND ($1::text IS NULL OR c.slug = $1)
     UNION ALL
     SELECT 1 FROM token_issuers LEFT JOIN companies c ON c.id = company_id
      WHERE revoked IS NULL AND ($1::text IS NULL OR c.slug = $1 OR company_id IS NULL)
     LIMIT 1`,
    [slug ?? null],
  );
  return rows.length > 0;
}
