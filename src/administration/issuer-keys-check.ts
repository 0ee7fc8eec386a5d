import { importJWK, type JWK } from 'jose';
import { AdministrationError } from './company-administration.js';

const LARGEST = 256 * 1024;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
/** The kinds of key that the accepted algorithms need. */
const ALGORITHM_OF: Readonly<Record<string, string>> = { RSA: 'RS256', EC: 'ES256', OKP: 'EdDSA' };
const OUR_CURVES = [undefined, 'P-256', 'Ed25519'];

/**
 * Whether keys may be fetched from there.
 * @throws AdministrationError
 */
export function requireKeysUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url && safe && url.username === '' && url.password === '' && url.hash === '') return;
  throw new AdministrationError(
    `${JSON.stringify(text)} is no URL for keys: an absolute one with https, or http for a loopback host, ` +
      'without user name, password and fragment.',
  );
}

/**
 * Reads a JSON Web Key Set (RFC 7517 §5) that has at least one key for the signatures we accept, and no secret.
 * @throws AdministrationError
 */
export async function readKeySet(text: string): Promise<{ readonly keys: readonly JWK[] }> {
  if (Buffer.byteLength(text) > LARGEST) throw refusal(`is larger than ${LARGEST} bytes`);
  const keys = parseKeys(text);
  if (keys.some(({ d, k, kty }) => d !== undefined || k !== undefined || kty === 'oct')) {
    throw refusal('holds a private or symmetric key: give public keys alone');
  }
  const usable = keys.filter((key) => key.use !== 'enc' && key.kid && ALGORITHM_OF[key.kty ?? '']);
  const ours = usable.filter(({ crv }) => OUR_CURVES.includes(crv));
  if (ours.length === 0) throw refusal('has no signing key with a kid for RS256, ES256 or EdDSA');
  for (const key of ours) {
    await importJWK(key, ALGORITHM_OF[key.kty ?? '']).catch(() => {
      throw refusal(`has a key that can't be read: ${key.kid}`);
    });
  }
  return { keys };
}

function parseKeys(text: string): readonly JWK[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refusal('is no JSON');
  }
  const keys = (document as { readonly keys?: unknown } | null)?.keys;
  const isObject = (key: unknown): boolean => typeof key === 'object' && key !== null && !Array.isArray(key);
  if (!Array.isArray(keys) || !keys.every(isObject)) {
    throw refusal('is no JSON Web Key Set: an object with an array "keys"');
  }
  return keys as readonly JWK[];
}

const refusal = (what: string): AdministrationError => new AdministrationError(`The key set ${what}.`);
