import { notFound, type ScimError } from '../../protocol/error/scim-error.js';
import { MethodNotAllowedError, type RoutedRequest, UnmatchedRoutes } from '../http/unmatched-routes.js';

/** Answers with the texts of the documented server, which has no OPTIONS. */
export class ScaikeyUnmatchedRoutes extends UnmatchedRoutes {
  override readonly implied = ['HEAD'] as const;

  protected override unknownEndpoint(): ScimError {
    return notFound('Not Found');
  }

  protected override wrongMethod(_request: RoutedRequest, offered: readonly string[]): ScimError {
    return new MethodNotAllowedError('Method Not Allowed', offered);
  }
}
