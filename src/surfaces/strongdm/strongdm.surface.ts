import { type Surface } from '../http/surface.js';
import { STRONGDM_MESSAGES, strongdmComponents } from './components.openapi.js';
import { encodeStrongdmError } from './refusal.js';
import { StrongdmUnmatchedRoutes } from './unmatched-routes.js';

/** The generic provisioning endpoint: SCIM 2.0 with prefixed ids and a few fixed forms. */
export const STRONGDM_SURFACE: Surface = {
  name: 'strongdm',
  mount: 'provisioning/generic/v2',
  writes: ['application/scim+json'],
  refusesUnacceptable: false,
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
