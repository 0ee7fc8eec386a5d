import { createHash } from 'node:crypto';
import { Problem } from './problem.js';

const TAG_LENGTH = 22;

/** The entity tag of settings: equal ones have the same. RFC 9110 §8.8.3: a strong one, in quotation marks. */
export function settingsTag(settings: object): string {
  const entries = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify(entries)).digest('base64url');
  return `"${hash.slice(0, TAG_LENGTH)}"`;
}

/**
 * Judges `If-Match` (RFC 9110 §13.1.1) before settings are changed, so that nobody undoes in ignorance what somebody
 * else has just set.
 *
 * @throws Problem 428 without the header (RFC 6585 §3), 412 where it names other settings
 */
export function requireMatch(header: string | undefined, settings: object): void {
  const tag = settingsTag(settings);
  if (header === undefined) {
    throw new Problem(428, 'To change settings, send the ETag that a GET of them has as If-Match.');
  }
  const named = header.split(',').map((each) => each.trim());
  if (named.includes('*') || named.includes(tag)) return;
  throw new Problem(
    412,
    'The settings were changed meanwhile: read them again, and send their new ETag as If-Match.',
  );
}
