import { isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8;
/** RFC 6177: a site has a /64 at least, so its addresses in one are one client's. */
const SITE_GROUPS = 4;

/** What an address stands for where clients are counted: an IPv4 address itself, of an IPv6 address its /64. */
export function clientNetwork(address: string): string {
  const [, mapped] = MAPPED.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = [], tail] = address
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : GROUPS - head.length - tail.length;
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])];
  return groups
    .slice(0, SITE_GROUPS)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}
