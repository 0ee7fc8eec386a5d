import { isIP } from 'node:net';
import { isPublicAddress } from '../access/public-address.js';
import { hostOf } from '../access/url-host.js';

/** What the encrypted URL of a webhook belongs to, by the id of the webhook. */
export const urlSubject = (webhookId: string): string => `${webhookId} url`;

/**
 * What is wrong with the URL of an endpoint; undefined for nothing. It is absolute, with https, or http for a host that the
 * operator allows, without user name, password and fragment, and names no address within a network. Where a name leads to
 * is looked at when it is called.
 *
 * @param allowedHosts names of hosts that may lead to any address
 */
export function faultOfUrl(text: string, allowedHosts: readonly string[]): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return 'an absolute URL such as https://hooks.example.com/rollcall is expected';
  const host = hostOf(url);
  if (allowedHosts.includes(host)) {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'a URL with https or http is expected';
  } else if (url.protocol !== 'https:') {
    return 'https is expected; only hosts of WEBHOOK_HOSTS are called without';
  } else if (isIP(host) !== 0 && !isPublicAddress(host)) {
    return 'the address is no public one; only hosts of WEBHOOK_HOSTS may lead to others';
  }
  if (url.username !== '' || url.password !== '') return 'no user name and password are expected';
  return url.hash === '' ? undefined : 'no fragment is expected';
}
