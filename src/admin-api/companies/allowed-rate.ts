import { type Settings } from '../../config/settings.js';
import { type Administrator } from '../access/administrator.js';
import { Problem } from '../http/problem.js';

/** Says for documents how fast a company may be made. */
export const ALLOWED_RATE = 'Nobody but an operator sets a rateLimit above RATE_LIMIT.';

/**
 * The rate keeps companies from taking what others need, so none raises its own.
 *
 * @param rateLimit in requests a second; null for `RATE_LIMIT`, undefined where it stays
 * @throws Problem 403
 */
export function requireAllowedRate(
  rateLimit: number | null | undefined,
  { roles }: Administrator,
  { rateLimit: most }: Settings,
): void {
  if (roles.includes('operator') || (rateLimit ?? 0) <= most) return;
  throw new Problem(403, ALLOWED_RATE, [{ pointer: '#/rateLimit', detail: `RATE_LIMIT is ${most}` }]);
}
