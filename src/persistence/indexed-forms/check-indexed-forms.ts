import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { connectDirectly } from '../database/server-check.js';
import { IndexedForms } from './indexed-forms.js';

/**
 * Looks, before anything of the service is made, whether it compares in the way in which the rows were made.
 * @throws StartupError where it doesn't
 */
export async function checkIndexedForms(directUrl: string, schemas: SchemaRegistry): Promise<void> {
  const client = await connectDirectly(directUrl);
  try {
    await new IndexedForms(schemas).load(async ({ text, values }) => {
      const { rows, rowCount } = await client.query<Record<string, unknown>>(text, [...values]);
      return { rows, rowCount: rowCount ?? 0 };
    });
  } finally {
    await client.end();
  }
}
