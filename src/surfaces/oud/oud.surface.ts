import { DIALECT } from './dialect.js';
import { type ScimError } from '../../protocol/error/scim-error.js';
import { type Request } from 'express';
import { contentTypeOf } from '../http/media-types.js';
import { type EncodedError, type Surface } from '../http/surface.js';
import { UnmatchedRoutes } from '../http/unmatched-routes.js';
import { MOUNTS } from '../mounts.js';
import { oudComponents } from './components.openapi.js';
import { OUD_MESSAGES } from './messages.openapi.js';

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The SCIM API of Oracle Unified Directory. */
export const OUD_SURFACE: Surface = {
  name: 'oud',
  mount: MOUNTS.oud,
  writes: ['application/scim+json', 'application/json'],
  refusesUnacceptable: true,
  query: { parameters: ['filter', 'startIndex', 'count'], dialect: DIALECT },
  unmatched: new UnmatchedRoutes(),
  document: {
    title: 'Rollcall: Oracle Unified Directory SCIM API',
    description:
      'Users and groups in the form of Oracle Unified Directory: attributes nested under the URNs of their schemas, ' +
      'every answer in a ListResponse.',
    messages: OUD_MESSAGES,
    components: oudComponents,
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'A token made by: rollcall token issue' },
      basic: { type: 'http', scheme: 'basic', description: 'Any user name; the password is such a token.' },
    },
  },
  encodeError,
};

/** In errors `schemas` is a string and `status` an integer; there is no `scimType`. */
function encodeError({ status, detail }: ScimError, request: Request): EncodedError {
  return {
    status,
    contentType: contentTypeOf(request, OUD_SURFACE.writes),
    body: { detail, schemas: ERROR_SCHEMA, status },
  };
}
