import { type Settings } from '../../config/settings.js';
import { type Administrator } from '../access/administrator.js';
import { Problem } from '../http/problem.js';

/** Says for documents where endpoints may be. */
export const WEBHOOK_HOSTS =
  'The URL has https and leads to public addresses, unless its host is one of WEBHOOK_HOSTS. A company administrator may ' +
  'name these hosts alone.';

/**
 * Nobody but an operator makes the server call hosts that the operator has not allowed.
 *
 * @throws Problem 403
 */
export function requireAllowedWebhook(
  url: string | undefined,
  { roles }: Administrator,
  { webhookHosts }: Settings,
): void {
  if (url === undefined || roles.includes('operator')) return;
  const { hostname, port } = URL.canParse(url) ? new URL(url) : { hostname: '', port: '' };
  if (port === '' && webhookHosts.includes(hostname)) return;
  throw new Problem(403, WEBHOOK_HOSTS, [
    { pointer: '#/url', detail: 'the host is none of WEBHOOK_HOSTS, or not at its usual port' },
  ]);
}
