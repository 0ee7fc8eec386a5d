import { formatResourceId } from '../../persistence/sql/resource-id.js';
import { type KeysInUse } from '../../persistence/settings/note-keys.js';
import { keyId } from '../../scim/secret-key.js';
import { SecretBox } from '../../webhooks/secret-box.js';
import { urlSubject } from '../../webhooks/webhook-url.js';
import { AdministrationError } from '../administration.error.js';
import { type CellDatabase } from './cell-database.js';

interface Kept {
  readonly webhook_id: string;
  /** Null for the URL of a chat. */
  readonly id: string | null;
  readonly secret: string;
}

const SECRETS = `
  SELECT webhook_id, id, secret FROM public.webhook_secrets WHERE company_id = $1
  UNION ALL
  SELECT id, NULL, sealed_url FROM public.webhooks WHERE company_id = $1 AND sealed_url IS NOT NULL`;
const SET_SECRET = `
  UPDATE public.webhook_secrets SET secret = $4 WHERE company_id = $1 AND webhook_id = $2 AND id = $3`;
const SET_URL = 'UPDATE public.webhooks SET sealed_url = $3 WHERE company_id = $1 AND id = $2';

/** Under which key a secret is encrypted (RFC 7516 §7.1: the first part of the text is its header). */
function keyOf({ secret }: Kept): string | undefined {
  const [header = ''] = secret.split('.');
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid?: string }).kid;
}

/**
 * Looks whether the secrets of the company's webhooks can be read in the target, or encrypted anew for it.
 *
 * @param keys those of the source: the first encrypts
 * @throws AdministrationError where they can't
 */
export async function requireReadableSecrets(
  source: CellDatabase,
  companyId: string,
  keys: readonly string[],
  there: KeysInUse | undefined,
): Promise<void> {
  const known = there?.secretsKeys ?? [];
  const kept = await source.rows<Kept>(SECRETS, [companyId]);
  const isReadable = kept.every((each) => known.includes(keyOf(each) ?? ''));
  const [first] = keys;
  if (isReadable || (first !== undefined && known.includes(keyId(first)))) return;
  throw new AdministrationError(
    "The secrets of the company's webhooks could not be read in the target: it has another key. Set SECRETS_KEY to the same text " +
      'in both cells, and restart them.',
    'conflict',
  );
}

/** Encrypts secrets anew that the target could not read. */
export async function resealSecrets(
  target: CellDatabase,
  companyId: string,
  keys: readonly string[],
  there: KeysInUse | undefined,
): Promise<void> {
  const box = new SecretBox(keys);
  for (const kept of await target.rows<Kept>(SECRETS, [companyId])) {
    if (there?.secretsKeys.includes(keyOf(kept) ?? '')) continue;
    const webhookId = formatResourceId(kept.webhook_id);
    const subject = kept.id === null ? urlSubject(webhookId) : webhookId;
    const secret = await box.seal(await box.open(kept.secret, subject), subject);
    await (kept.id === null
      ? target.run(SET_URL, [companyId, kept.webhook_id, secret])
      : target.run(SET_SECRET, [companyId, kept.webhook_id, kept.id, secret]));
  }
}
