import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type AuthenticatedRequest } from '../../access/authenticated-request.js';
import {
  dropEmptyParameters,
  refuseMisjoinedFilter,
  refuseOtherNames,
  rewriteParameterNames,
  type Query,
} from '../../protocol/dialect/lenient-query.js';
import { type DirectedRequest } from './destination.middleware.js';
import { type QueryRules } from './surface.js';

/** Their queries have no parameters that a strict reading could ask for. */
const DISCOVERY = /^\/(?:Schemas|ResourceTypes|ServiceProviderConfig)(?:\/|$)/i;

/**
 * Global, behind the guards that find the caller: brings the parameters of the query into the form that all who read
 * them expect, by the dialect of the caller. Refuses with 400 what that dialect does not read.
 */
@Injectable()
export class QueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<DirectedRequest>();
    if (!request.destination) return true;
    const { endpoint, operation, surface } = request.destination;
    const rules = surface.query;
    // Express parses the query anew whenever it is asked for.
    const { query } = request;
    if (operation.name === 'list') refuseMisjoinedFilter(Object.keys(query));
    const { user } = request as Partial<AuthenticatedRequest>;
    const isStrict = !DISCOVERY.test(endpoint) && (rules.dialect ?? user?.dialect) === 'strict';
    Object.defineProperty(request, 'query', { value: readQuery(query, rules, isStrict) });
    return true;
  }
}

function readQuery(query: Query, { parameters, dropsEmpty }: QueryRules, isStrict: boolean): Query {
  if (!isStrict) return dropEmptyParameters(rewriteParameterNames(query, parameters));
  refuseOtherNames(query, parameters);
  return dropsEmpty === true ? dropEmptyParameters(query) : query;
}
