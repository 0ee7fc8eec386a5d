import pg from 'pg';
import { type TestDatabase } from './database.js';

/** Lets an access token expire, whatever the clock says. @returns since when it has, in ISO 8601 */
export async function expireToken({ adminUrl }: TestDatabase, id: string): Promise<string> {
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  try {
    const { rows } = await admin.query<{ expires: Date }>(
      "UPDATE access_tokens SET expires = date_trunc('milliseconds', now()) WHERE id = $1 RETURNING expires",
      [id],
    );
    if (!rows[0]) throw new Error(`there is no token ${id}`);
    return rows[0].expires.toISOString();
  } finally {
    await admin.end();
  }
}
