import { type Surface } from '../http/surface.js';
import { MOUNTS } from '../mounts.js';
import { STRONGDM_MESSAGES, strongdmComponents } from './components.openapi.js';
import { encodeStrongdmError } from './refusal.js';
import { StrongdmUnmatchedRoutes } from './unmatched-routes.js';

/** The SCIM API of StrongDM: ids with prefixes, and few forms of filters and of PATCH. */
export const STRONGDM_SURFACE: Surface = {
  name: 'strongdm',
  mount: MOUNTS.strongdm,
  writes: ['application/scim+json'],
  refusesUnacceptable: false,
  query: { parameters: ['filter', 'startIndex', 'count'], dialect: 'strict' },
  unmatched: new StrongdmUnmatchedRoutes(),
  document: {
    title: 'Rollcall: StrongDM generic SCIM endpoint',
    description:
      'Generic provisioning endpoint: groups (r-…) and users (a-…) of one company, four forms of PATCH, filters on one name.',
    messages: STRONGDM_MESSAGES,
    components: strongdmComponents,
  },
  encodeError: encodeStrongdmError,
};
