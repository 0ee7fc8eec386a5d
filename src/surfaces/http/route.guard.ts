import { type CanActivate, type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { type Response } from 'express';
import { type AuthenticatedRequest } from '../../access/authenticated-request.js';
import { type Destination, type DirectedRequest } from './destination.middleware.js';
import { RouteTable } from './route-table.js';
import { type Surface } from './surface.js';

/**
 * Global, behind the guards that authenticate: refuses what no route of a surface takes, as the surface answers it,
 * before anything is read of the body. The router alone would answer HEAD wherever there is GET, and take a fixed
 * path such as `/Users/.search` for the id of a user where the method is another one.
 */
@Injectable()
export class RouteGuard implements CanActivate {
  private readonly routes: ReadonlyMap<Surface, RouteTable>;

  /** @param mounted - The surfaces with the modules that hold their controllers. */
  constructor(mounted: readonly { readonly surface: Surface; readonly module: Type }[]) {
    this.routes = new Map(
      mounted.map(({ surface, module }) => [surface, new RouteTable(module, surface.unmatched.implied)]),
    );
  }

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<DirectedRequest>();
    const { destination } = request;
    const routes = destination && this.routes.get(destination.surface);
    if (destination && routes) judge(destination, routes, request, http.getResponse<Response>());
    return true;
  }
}

function judge(
  { surface, endpoint }: Destination,
  routes: RouteTable,
  request: DirectedRequest,
  response: Response,
): void {
  const { method, path } = request;
  const { user: caller } = request as Partial<AuthenticatedRequest>;
  const offered = routes.methodsAt(endpoint);
  const nearest = offered ? undefined : routes.nearestTo(endpoint);
  const refusal = surface.unmatched.refusalOf({ method, path, endpoint, offered, nearest, caller });
  if (refusal) throw refusal;
  if (method === 'OPTIONS' && offered) response.setHeader('Allow', offered.join(', '));
}
