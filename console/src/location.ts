const MOUNT = '/console';

/** What stands in front of the console in its address: empty, or the path of `PUBLIC_URL`. */
const PREFIX = prefixOf(location.pathname);

/** The path below which all pages of the console are. */
export const ROOT = PREFIX + MOUNT;

/** The address of the service, as the browser reaches it. */
export const SERVICE = location.origin + PREFIX;

/** @param path that of a page: `/prefix/console/companies/acme` has the prefix `/prefix` */
function prefixOf(path: string): string {
  const mount = `${path}/`.indexOf(`${MOUNT}/`);
  return mount === -1 ? '' : path.slice(0, mount);
}

/** The address of a page: `pageAddress('companies', 'acme', 'log')`. */
export const pageAddress = (...segments: readonly string[]): string =>
  [ROOT, ...segments.map(encodeURIComponent)].join('/') + (segments.length === 0 ? '/' : '');
