import { notImplemented, type ScimError } from '../../protocol/error/scim-error.js';
import { MethodNotAllowedError, type RoutedRequest, UnmatchedRoutes } from '../http/unmatched-routes.js';

/** Endpoints of RFC 7644 that this surface does not offer. */
const NOT_OFFERED = /^(\/Me(\/.*)?|\/Bulk|\/\.search|)$/i;

const GROUPS = /^\/Groups(\/(?!\.search$)[^/]+)?$/i;

/** The documented `Allow` for PUT of groups, whose paths with and without an id are one endpoint there. */
const GROUP_METHODS = ['GET', 'POST', 'PATCH', 'DELETE'];

/** The documented API refuses HEAD and OPTIONS everywhere, and answers 501 where it offers nothing. */
export class ParadigmUnmatchedRoutes extends UnmatchedRoutes {
  override readonly implied = [];

  protected override unknownEndpoint(request: RoutedRequest): ScimError {
    const { endpoint } = request;
    if (!NOT_OFFERED.test(endpoint)) return super.unknownEndpoint(request);
    return notImplemented(`${endpoint || 'A query of the server root'} is not offered here.`);
  }

  protected override wrongMethod(request: RoutedRequest, offered: readonly string[]): ScimError {
    const { method, endpoint } = request;
    if (method !== 'PUT' || !GROUPS.test(endpoint)) return super.wrongMethod(request, offered);
    return new MethodNotAllowedError('PUT of groups is switched off.', GROUP_METHODS);
  }
}
