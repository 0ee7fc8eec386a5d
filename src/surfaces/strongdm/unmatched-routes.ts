import { notFound, notImplemented, type ScimError } from '../../protocol/error/scim-error.js';
import { type RoutedRequest, UnmatchedRoutes } from '../http/unmatched-routes.js';

const ME = /^\/Me$/i;

/** As in the documented server, a method that an endpoint does not have is answered as an unknown endpoint. */
export class StrongdmUnmatchedRoutes extends UnmatchedRoutes {
  override readonly implied = ['HEAD'] as const;

  protected override unknownEndpoint({ endpoint }: RoutedRequest): ScimError {
    if (ME.test(endpoint)) return notImplemented('/Me is not offered here.');
    return notFound('Specified endpoint does not exist.');
  }

  protected override wrongMethod(request: RoutedRequest): ScimError {
    return this.unknownEndpoint(request);
  }
}
