import { DatabaseError } from 'pg';
import { AdministrationError } from '../administration.error.js';
import { type CellDatabase } from './cell-database.js';

const UNIQUE_VIOLATION = '23505';

interface ControlTable {
  readonly name: string;
  readonly key: string;
  /** Which of its rows are those of company `$1`. */
  readonly ofCompany: string;
  /** Whether the rows belong to the company alone, so that rows of the target that the source lacks are deleted. */
  readonly isOwn: boolean;
}

const own = (name: string, key: string, ofCompany = 'company_id = $1'): ControlTable => ({
  ...{ name, key, ofCompany, isOwn: true },
});

const OF_CLIENTS = 'client_id IN (SELECT o.id FROM public.oauth_clients o WHERE o.company_id = $1)';

/** A credential that names companies is copied for this company alone; one for all companies stays with its cell. */
const shared = (kind: 'admin' | 'platform'): ControlTable => ({
  name: `${kind}_credentials`,
  key: 'id',
  ofCompany: `id IN (SELECT l.credential_id FROM public.${kind}_credential_companies l WHERE l.company_id = $1)${
    kind === 'platform' ? ' AND NOT all_companies' : ''
  }`,
  isOwn: false,
});

/** Values that differ in the target: the company is not served yet, and an admin credential has no right to the whole cell. */
const CHANGED: Readonly<Record<string, string>> = {
  companies: '{"elsewhere": "arriving", "moving_until": null}',
  admin_credentials: '{"scopes": []}',
};

/** In the order of their foreign keys. */
const TABLES: readonly ControlTable[] = [
  own('companies', 'id', 'id = $1'),
  own('oauth_clients', 'id'),
  own('oauth_client_secrets', 'id', OF_CLIENTS),
  own('oauth_federated_credentials', 'id', OF_CLIENTS),
  own('access_tokens', 'id'),
  own(
    'token_activity',
    'token_id',
    'token_id IN (SELECT t.id FROM public.access_tokens t WHERE t.company_id = $1)',
  ),
  own('token_issuers', 'id'),
  // An issuer that names companies by a claim is of its cell.
  own(
    'issuer_activity',
    'issuer_id, company_id',
    'company_id = $1 AND issuer_id IN (SELECT i.id FROM public.token_issuers i WHERE i.company_id = $1)',
  ),
  shared('admin'),
  shared('platform'),
  own('admin_credential_companies', 'credential_id, company_id'),
  own('platform_credential_companies', 'credential_id, company_id'),
];

/** Names of the control tables that {@link copyControlRows} copies. */
export const CONTROL_TABLES = TABLES.map(({ name }) => name);

/**
 * Makes the settings and credentials of a company in the target what they are in the source. The company is there then, and
 * opens nothing: it is `arriving`.
 *
 * @throws AdministrationError where something of the target is in the way
 */
export async function copyControlRows(
  source: CellDatabase,
  target: CellDatabase,
  companyId: string,
): Promise<void> {
  try {
    await target.inTransaction(async () => {
      for (const table of TABLES) await copyTable(source, target, table, companyId);
    });
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
    throw new AdministrationError(
      `Something of the company is in the target already, and not the company's: ${error.constraint} of ${error.table}.`,
      'conflict',
    );
  }
}

async function copyTable(
  source: CellDatabase,
  target: CellDatabase,
  { name, key, ofCompany, isOwn }: ControlTable,
  companyId: string,
): Promise<void> {
  const state = CHANGED[name] === undefined ? '' : ` || '${CHANGED[name]}'`;
  const found = await source.rows<{ row: string }>(
    `SELECT (to_jsonb(t)${state})::text AS row FROM public.${name} t WHERE ${ofCompany}`,
    [companyId],
  );
  const rows = `[${found.map(({ row }) => row).join(',')}]`;
  const given = `SELECT * FROM jsonb_populate_recordset(NULL::public.${name}, $1::jsonb)`;
  if (!isOwn) {
    await target.run(`INSERT INTO public.${name} ${given} ON CONFLICT DO NOTHING`, [rows]);
    return;
  }
  await target.run(
    `DELETE FROM public.${name} WHERE ${ofCompany} AND (${key}) NOT IN (
       SELECT ${key} FROM jsonb_populate_recordset(NULL::public.${name}, $2::jsonb))`,
    [companyId, rows],
  );
  const columns = await target.rows<{ name: string }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [`public.${name}`],
  );
  const sets = columns.map((column) => `${column.name} = EXCLUDED.${column.name}`);
  await target.run(
    `INSERT INTO public.${name} ${given} ON CONFLICT (${key}) DO UPDATE SET ${sets.join(', ')}`,
    [rows],
  );
}

/** Removes what {@link copyControlRows} has written for a company that is not open there. */
export async function removeControlRows(
  target: CellDatabase,
  companyId: string,
  from: number,
): Promise<void> {
  await target.inTransaction(async () => {
    await target.run("DELETE FROM public.companies WHERE id = $1 AND elsewhere = 'arriving'", [companyId]);
    for (const kind of ['admin', 'platform'] as const) {
      const all = kind === 'platform' ? 'AND NOT c.all_companies' : '';
      await target.run(
        `DELETE FROM public.${kind}_credentials c WHERE c.id >> 43 = $1 ${all}
           AND NOT EXISTS (SELECT FROM public.${kind}_credential_companies l WHERE l.credential_id = c.id)`,
        [from],
      );
    }
  });
}
