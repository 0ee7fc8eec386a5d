import { stringify } from 'lossless-json';
import { type ScimError } from '../../protocol/error/scim-error.js';
import { WrittenNumber } from '../../protocol/json.js';
import { PLAIN_JSON } from '../http/media-types.js';
import { encodeScimError } from '../http/scim-error.filter.js';
import { LIST_PARAMETERS, type EncodedError, type Surface } from '../http/surface.js';
import { MOUNTS } from '../mounts.js';
import { scaikeyComponents } from './components.openapi.js';
import { SCAIKEY_MESSAGES } from './messages.openapi.js';
import { RequestValidationError } from './request-validation.error.js';
import { ScaikeyUnmatchedRoutes } from './unmatched-routes.js';

const AS_WRITTEN = [
  {
    test: (value: unknown): boolean => value instanceof WrittenNumber,
    stringify: (value: unknown): string => (value as WrittenNumber).source,
  },
];

/** Faults of a request's form are answered with the document's HTTPValidationError, all others with SCIM errors. */
export function encodeScaikeyError(error: ScimError): EncodedError {
  if (error instanceof RequestValidationError) {
    const body = { detail: error.items };
    const refusal = { status: error.status, contentType: PLAIN_JSON, body };
    return error.hasLongIntegers ? { ...refusal, text: stringify(body, null, 0, AS_WRITTEN) ?? '' } : refusal;
  }
  return { ...encodeScimError(error), contentType: PLAIN_JSON };
}

/** The API of servers that name the company in the path and validate as FastAPI does. */
export const SCAIKEY_SURFACE: Surface = {
  name: 'scaikey',
  mount: MOUNTS.scaikey,
  writes: ['application/json', 'application/scim+json'],
  refusesUnacceptable: false,
  query: { parameters: LIST_PARAMETERS, dropsEmpty: true },
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
