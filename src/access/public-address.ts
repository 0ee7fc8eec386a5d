import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/** What is no address of a host on the internet, by the special-purpose registries of IANA (RFC 6890). */
const RESERVED: readonly (readonly [address: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** All that IANA has given out is within 2000::/3, but for these: ways to IPv4, and examples. */
const PUBLIC_IPV6 = ['2000::', 3] as const;
const RESERVED_IPV6: readonly (readonly [address: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const reserved = new BlockList();
for (const [address, prefix] of RESERVED) reserved.addSubnet(address, prefix, 'ipv4');
const publicIpv6 = new BlockList();
publicIpv6.addSubnet(...PUBLIC_IPV6, 'ipv6');
const reservedIpv6 = new BlockList();
for (const [address, prefix] of RESERVED_IPV6) reservedIpv6.addSubnet(address, prefix, 'ipv6');

/** Whether an address is one of the internet, and not of this computer, its network, or a way to such a one. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !reserved.check(address, 'ipv4');
  return isIP(address) === 6 && publicIpv6.check(address, 'ipv6') && !reservedIpv6.check(address, 'ipv6');
}

/** A host that leads to an address which is not public. */
export class PrivateAddressError extends Error {
  constructor(host: string, address: string) {
    const leads = host === address ? '' : ` leads to ${address}, which`;
    super(`${host}${leads} is no public address`);
    this.name = 'PrivateAddressError';
  }
}

type Found = (
  error: NodeJS.ErrnoException | null,
  address: string | readonly LookupAddress[],
  family?: number,
) => void;

/**
 * A `lookup` for connections of Node: they are made to the addresses that were judged, and not at all where one of the
 * host's is not public. It is not asked for a host that is an address itself.
 */
export function lookupPublic(host: string, options: LookupOptions, found: Found): void {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) {
      found(error ?? new Error(`${host} has no address`), []);
      return;
    }
    const hidden = addresses.find(({ address }) => !isPublicAddress(address));
    if (hidden !== undefined) found(new PrivateAddressError(host, hidden.address), []);
    else if (options.all === true) found(null, addresses);
    else found(null, first.address, first.family);
  });
}
