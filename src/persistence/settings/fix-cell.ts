import { type Client } from 'pg';
import { StartupError } from '../../config/startup-error.js';
import { connectDirectly } from '../database/server-check.js';

/**
 * Makes the database the cell of this number, if it is none yet. From then on it stays that cell, since its ids say so.
 *
 * @param ownerUrl URL for the owner of a migrated database
 * @throws StartupError where it is another cell, or can't be reached
 */
export async function fixCell(ownerUrl: string, cell: number): Promise<void> {
  const owner = await connectDirectly(ownerUrl);
  try {
    const fixed = (await readCell(owner)) ?? (await writeCell(owner, cell));
    if (fixed === cell) return;
    throw new StartupError(
      `CELL is ${cell}, but this database is cell ${fixed} since its first start, and its ids say so. ` +
        `Set CELL=${fixed}, or DATABASE_URL to the database of cell ${cell}.`,
    );
  } finally {
    await owner.end();
  }
}

/** A standby can be read, and takes no writes. */
async function readCell(owner: Client): Promise<number | undefined> {
  const { rows } = await owner.query<{ fixed: number }>(
    "SELECT value::integer AS fixed FROM settings WHERE key = 'cell'",
  );
  return rows[0]?.fixed;
}

async function writeCell(owner: Client, cell: number): Promise<number | undefined> {
  const { rows } = await owner.query<{ fixed: number }>('SELECT fix_cell($1) AS fixed', [cell]);
  return rows[0]?.fixed;
}
