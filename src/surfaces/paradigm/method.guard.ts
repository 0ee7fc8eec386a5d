import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { type Request } from 'express';
import { ScimError } from '../../protocol/error/scim-error.js';
import { allowedMethods } from './allowed-methods.js';
import { pathOf } from './paradigm.surface.js';

/**
 * Stands behind the guards that authenticate. The router answers HEAD where it answers GET, and takes `.search` for
 * an id; the documented API has neither.
 */
@Injectable()
export class ParadigmMethodGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (allowedMethods(pathOf(request))?.includes(request.method) === false)
      throw new ScimError(405, undefined, `${request.method} is not offered here.`);
    return true;
  }
}
