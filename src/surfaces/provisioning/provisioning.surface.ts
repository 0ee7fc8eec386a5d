import { type Surface } from '../shared/surface.js';
import { PROVISIONING_COMPONENTS } from './components.openapi.js';
import { encodeProvisioningError } from './refusal.js';

/** The generic provisioning endpoint: SCIM 2.0 with prefixed ids and a few fixed forms. */
export const PROVISIONING_SURFACE: Surface = {
  name: 'provisioning',
  mount: 'provisioning/generic/v2',
  document: {
    title: 'Rollcall: provisioning',
    description:
      'Generic provisioning endpoint: groups (r-…) and users (a-…) of one company, four forms of PATCH, filters on one name.',
    components: PROVISIONING_COMPONENTS,
  },
  encodeError: encodeProvisioningError,
};
