import { type Request, type Response } from 'express';
import { ScimError } from '../../protocol/error/scim-error.js';
import { STANDARD_SURFACE } from './standard.surface.js';

const COLLECTION = ['GET', 'HEAD', 'POST', 'OPTIONS'];
const RESOURCE = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const READ_ONLY = ['GET', 'HEAD', 'OPTIONS'];
const MESSAGES = ['POST', 'OPTIONS'];

/** Without regard to case, as the router matches. */
const ALLOWED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^$/, READ_ONLY],
  [/^(\/(Users|Groups))?\/\.search$/i, MESSAGES],
  [/^\/Bulk$/i, MESSAGES],
  [/^\/Me$/i, RESOURCE],
  [/^\/(Users|Groups)$/i, COLLECTION],
  [/^\/(Users|Groups)\/[^/]+$/i, RESOURCE],
  [/^\/ServiceProviderConfig$/i, READ_ONLY],
  [/^\/(ResourceTypes|Schemas)(\/[^/]+)?$/i, READ_ONLY],
];

/** The path of a request behind the mount, without a slash at its end. */
export function pathBelowMount(request: Request): string {
  return decodeURI(request.path).slice(`/${STANDARD_SURFACE.mount}`.length).replace(/\/+$/, '');
}

/** The methods of the endpoint that a request is sent to; undefined where there is no endpoint. */
export function allowedMethods(request: Request): readonly string[] | undefined {
  const path = pathBelowMount(request);
  return ALLOWED.find(([pattern]) => pattern.test(path))?.[1];
}

/** The refusal of a method that an endpoint does not have; its answer names those that it has (RFC 9110 §15.5.6). */
export function methodNotAllowed(
  request: Request,
  response: Response,
  allowed: readonly string[],
): ScimError {
  response.setHeader('Allow', allowed.join(', '));
  const detail = `${request.method} is not offered here; allowed: ${allowed.join(', ')}.`;
  return new ScimError(405, undefined, detail);
}
