import { HIDDEN } from '../../protocol/text/plain-text.js';

/** Words of base URLs and names of endpoints, which a wrong path may hold besides ids, names and addresses of people. */
const KNOWN = new RegExp(
  '^(?:v\\d|scim|standard|api|iam|directory|oud|provisioning|generic|tenants|rest|users?|groups?|me|bulk|schemas|' +
    'resourcetypes|serviceproviderconfigs?|\\.search|health|live|ready|docs|openapi|admin|metrics|oauth|token|' +
    '\\.well-known|oauth-authorization-server|oauth-protected-resource|favicon\\.ico)$',
  'i',
);
const MOST_SEGMENTS = 12;

/** A path that may be logged: what is not known to be harmless stands as `…`. */
export function shownPath(path: string): string {
  const segments = path.split('/', MOST_SEGMENTS + 1).slice(1);
  return `/${segments.map((segment) => (segment === '' || KNOWN.test(segment) ? segment : HIDDEN)).join('/')}`;
}
