import { type ScimError } from '../../protocol/error/scim-error.js';
import { PLAIN_JSON } from '../http/media-types.js';
import { encodeScimError } from '../http/scim-error.filter.js';
import { type EncodedError, type Surface } from '../http/surface.js';
import { scaikeyComponents } from './components.openapi.js';
import { SCAIKEY_MESSAGES } from './messages.openapi.js';
import { RequestValidationError } from './request-validation.error.js';
import { ScaikeyUnmatchedRoutes } from './unmatched-routes.js';

/** Faults of a request's form go out as the document's HTTPValidationError, all others as SCIM errors. */
export function encodeScaikeyError(error: ScimError): EncodedError {
  if (error instanceof RequestValidationError) {
    return { status: error.status, contentType: PLAIN_JSON, body: { detail: error.items } };
  }
  return { ...encodeScimError(error), contentType: PLAIN_JSON };
}

/** The API of servers that name the company in the path and validate as FastAPI does. */
export const SCAIKEY_SURFACE: Surface = {
  name: 'scaikey',
  mount: 'api/v1/tenants/:tenant_id/scim/v2',
  writes: ['application/json', 'application/scim+json'],
  refusesUnacceptable: false,
  unmatched: new ScaikeyUnmatchedRoutes(),
  document: {
    title: 'Rollcall: ScaiKey SCIM API',
    description:
      'Users, groups and memberships of the company named in the path. Wire-compatible with the SCIM API of ScaiKey.',
    messages: SCAIKEY_MESSAGES,
    components: scaikeyComponents,
  },
  encodeError: encodeScaikeyError,
};
