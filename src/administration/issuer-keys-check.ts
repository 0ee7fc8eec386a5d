import { importJWK, type JWK } from 'jose';
import { hostOf, isLoopback } from '../access/url-host.js';
import { AdministrationError } from './administration.error.js';

const MAX_BYTES = 256 * 1024;
/** The accepted algorithm of each type of key. */
const ALGORITHM_OF: Readonly<Record<string, string>> = { RSA: 'RS256', EC: 'ES256', OKP: 'EdDSA' };
const ACCEPTED_CURVES = [undefined, 'P-256', 'Ed25519'];

/**
 * Checks the URL of a key set. It must be encrypted, or lead to this computer.
 *
 * @throws AdministrationError
 */
export function requireKeysUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(hostOf(url)));
  if (url && safe && url.username === '' && url.password === '' && url.hash === '') return;
  throw new AdministrationError(
    `${JSON.stringify(text)} is no URL for keys: an absolute one with https, or http for a loopback host, ` +
      'without user name, password and fragment.',
  );
}

/**
 * Reads a JSON Web Key Set. RFC 7517 §5: it is an object whose member `keys` is an array of keys. At least one of
 * them must be for an accepted algorithm, and none may be secret.
 *
 * @throws AdministrationError
 */
export async function readKeySet(text: string): Promise<{ readonly keys: readonly JWK[] }> {
  if (Buffer.byteLength(text) > MAX_BYTES) throw refusal(`is larger than ${MAX_BYTES} bytes`);
  const keys = parseKeys(text);
  if (keys.some(({ d, k, kty }) => d !== undefined || k !== undefined || kty === 'oct')) {
    throw refusal('holds a private or symmetric key: give public keys alone');
  }
  const usable = keys.filter((key) => key.use !== 'enc' && key.kid && ALGORITHM_OF[key.kty ?? '']);
  const accepted = usable.filter(({ crv }) => ACCEPTED_CURVES.includes(crv));
  if (accepted.length === 0) throw refusal('has no signing key with a kid for RS256, ES256 or EdDSA');
  for (const key of accepted) {
    await importJWK(key, ALGORITHM_OF[key.kty ?? '']).catch(() => {
      throw refusal(`has a key that can't be read: ${key.kid}`);
    });
  }
  return { keys };
}

/** The ids of the keys of a set that {@link readKeySet} has read. */
export const keyIdsOf = (keySet: object): readonly string[] =>
  (keySet as { readonly keys: readonly { readonly kid?: string }[] }).keys.flatMap(({ kid }) => kid ?? []);

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
