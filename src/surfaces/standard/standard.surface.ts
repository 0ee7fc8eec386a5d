import { encodeScimError } from '../shared/scim-error.filter.js';
import { type Surface } from '../shared/surface.js';

/** SCIM 2.0 itself: RFC 7643 and RFC 7644. */
export const STANDARD_SURFACE: Surface = {
  name: 'standard',
  mount: 'standard/scim/v2',
  encodeError: encodeScimError,
};
