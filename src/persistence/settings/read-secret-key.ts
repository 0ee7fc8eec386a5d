import { type Settings } from '../../config/settings.js';
import { SecretKey } from '../../scim/secret-key.js';
import { type CompanyTransaction } from '../transaction/company-transaction.js';

/** The secret of the settings, else the one in the database, which is created when it is first asked for. */
export async function readSecretKey(
  { secretKey }: Pick<Settings, 'secretKey'>,
  transaction: CompanyTransaction,
): Promise<SecretKey> {
  if (secretKey !== undefined) return new SecretKey(secretKey);
  const { rows } = await transaction.control({ text: 'SELECT ensure_secret_key() AS secret', values: [] });
  const [row] = rows as readonly { secret: string }[];
  if (!row) throw new Error('the database gave no secret key');
  return new SecretKey(row.secret);
}
