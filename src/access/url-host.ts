/** The host of a URL as names and addresses are written elsewhere: an IPv6 address has no brackets. */
export const hostOf = ({ hostname }: Pick<URL, 'hostname'>): string => hostname.replace(/^\[|\]$/g, '');

/** Whether a host, by name or by address without brackets, is this computer. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);
