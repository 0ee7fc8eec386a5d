import { All, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { type RouteTable } from '../../surfaces/http/route-table.js';
import { Problem } from './problem.js';

const SHOWN_PATH = 100;

/**
 * A controller for what the others leave, so that the guard judges it: the last of its module's. 405 with `Allow` where
 * the path has other methods, else 404 with what was most likely meant.
 *
 * @param decorators those of the API's controllers, and of a route that every caller may ask for
 * @param mount the path in front of the API's routes
 * @param routes of the other controllers; asked for when a request comes
 */
export function unmatchedController(
  { controller, route }: { readonly controller: ClassDecorator; readonly route: MethodDecorator },
  mount: string,
  routes: () => RouteTable,
): new () => object {
  @ApiExcludeController()
  @controller
  class UnmatchedController {
    @All(['', '*path'])
    @route
    answer(@Req() request: Request, @Res() response: Response): void {
      const { method, path } = request;
      const endpoint = path.slice(mount.length + 1).replace(/\/$/, '');
      const offered = routes().methodsAt(endpoint);
      if (offered === undefined) throw noSuchPath(method, path, routes().nearestTo(endpoint));
      const allow = offered.join(', ');
      if (method === 'OPTIONS') response.status(204).setHeader('Allow', allow).end();
      else throw new Problem(405, `${method} is not offered here; allowed: ${allow}.`, [], { Allow: allow });
    }
  }
  return UnmatchedController;
}

function noSuchPath(method: string, path: string, nearest: string | undefined): Problem {
  const shown = path.length > SHOWN_PATH ? `${path.slice(0, SHOWN_PATH)}…` : path;
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return new Problem(404, `There is nothing at ${method} ${JSON.stringify(shown)}.${hint}`);
}
