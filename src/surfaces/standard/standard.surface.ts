import { encodeScimError } from '../http/scim-error.filter.js';
import { STANDARD_MESSAGES, standardComponents } from './components.openapi.js';
import { LIST_PARAMETERS, type Surface } from '../http/surface.js';
import { MOUNTS } from '../mounts.js';
import { StandardUnmatchedRoutes } from './unmatched-routes.js';

/** SCIM 2.0 itself: RFC 7643 and RFC 7644. */
export const STANDARD_SURFACE: Surface = {
  name: 'standard',
  mount: MOUNTS.standard,
  writes: ['application/scim+json', 'application/json'],
  refusesUnacceptable: true,
  query: { parameters: [...LIST_PARAMETERS, 'cursor'] },
  unmatched: new StandardUnmatchedRoutes(),
  document: {
    title: 'Rollcall: standard',
    description: 'SCIM 2.0 (RFC 7643, RFC 7644): users, groups and memberships of one company.',
    messages: STANDARD_MESSAGES,
    components: standardComponents,
  },
  encodeError: encodeScimError,
};
