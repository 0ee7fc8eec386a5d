import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type DirectedRequest } from './destination.middleware.js';
import { requireAcceptable } from './media-types.js';

/**
 * Global, behind the route guard: refuses with 406, before the body is read or anything is done, a request whose
 * `Accept` admits no type that the surface writes, where the surface refuses such requests. The answer to OPTIONS has
 * no body that could be of another type.
 */
@Injectable()
export class AcceptGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<DirectedRequest>();
    const surface = request.destination?.surface;
    if (surface?.refusesUnacceptable === true && request.method !== 'OPTIONS') {
      requireAcceptable(request, surface.writes);
    }
    return true;
  }
}
