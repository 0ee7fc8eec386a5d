import { notImplemented, type ScimError } from '../../protocol/error/scim-error.js';
import { type RoutedRequest, UnmatchedRoutes } from '../http/unmatched-routes.js';

const ME = /^\/Me(\/.*)?$/i;

/** The methods of SCIM. Any other method is not allowed on `/Me`, whoever asks. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** RFC 7644 §3.11: `/Me` is 501, not 404 or 405, where the token stands for nobody. */
export class StandardUnmatchedRoutes extends UnmatchedRoutes {
  override refusalOf(request: RoutedRequest): ScimError | undefined {
    const { endpoint, method, caller } = request;
    const refusal = super.refusalOf(request);
    const hasRoute = refusal === undefined && method !== 'OPTIONS';
    if (hasRoute || caller?.userId !== undefined || !ME.test(endpoint) || !METHODS.includes(method)) {
      return refusal;
    }
    return notImplemented('/Me is for tokens that stand for a user, and this one does not.');
  }
}
