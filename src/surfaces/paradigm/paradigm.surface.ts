import { type Request } from 'express';
import { MalformedAuthorizationError } from '../../access/authorization-refusal.js';
import {
  ResourceNotFoundError,
  type ScimError,
  UnknownMembersError,
} from '../../protocol/error/scim-error.js';
import { SCIM_JSON } from '../http/media-types.js';
import { LIST_PARAMETERS, type EncodedError, type Surface } from '../http/surface.js';
import { MOUNTS } from '../mounts.js';
import { PARADIGM_SECURITY, paradigmComponents } from './components.openapi.js';
import { PARADIGM_MESSAGES } from './messages.openapi.js';
import { ParadigmUnmatchedRoutes } from './unmatched-routes.js';

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The documented SCIM API of Paradigm: groups without PUT, the company taken from the token. */
export const PARADIGM_SURFACE: Surface = {
  name: 'paradigm',
  mount: MOUNTS.paradigm,
  writes: ['application/scim+json'],
  refusesUnacceptable: false,
  query: { parameters: LIST_PARAMETERS },
  unmatched: new ParadigmUnmatchedRoutes(),
  document: {
    title: 'Rollcall: Paradigm SCIM API',
    description:
      'Groups and users of the company that the token belongs to, in the format of the Paradigm SCIM API.',
    messages: PARADIGM_MESSAGES,
    components: paradigmComponents,
    securitySchemes: PARADIGM_SECURITY,
  },
  encodeError,
};

/** `status` is an integer here; a 405 has no body, since its `Allow` says all. */
function encodeError(error: ScimError, request: Request): EncodedError {
  const { status, scimType } = error;
  if (status === 405) return { status, contentType: 'text/html; charset=utf-8', body: undefined };
  return {
    status,
    contentType: SCIM_JSON,
    body: {
      schemas: [ERROR_SCHEMA],
      ...(scimType === undefined ? {} : { scimType }),
      detail: detailOf(error, request),
      status,
    },
  };
}

function detailOf(error: ScimError, request: Request): string {
  if (error instanceof MalformedAuthorizationError) return `Unauthorized: ${error.detail}`;
  if (error.status === 401) return 'Unauthorized';
  if (error instanceof ResourceNotFoundError) return `Resource ${error.id.slice(0, 100)} not found`;
  if (error instanceof UnknownMembersError) return 'Can not add a non-existent user to group';
  if (error.scimType === 'invalidFilter' && request.method !== 'PATCH')
    return `Invalid filter/search query: ${error.detail}`;
  return error.status === 404 ? error.detail.replace(/\.$/, '') : error.detail;
}
