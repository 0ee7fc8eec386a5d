import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { allowedMethods, methodNotAllowed } from './allowed-methods.js';

/** Stands behind the guards that authenticate, where the router would take `.search` for an id. */
@Injectable()
export class StandardMethodGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const allowed = allowedMethods(request);
    if (allowed?.includes(request.method) === false) {
      throw methodNotAllowed(request, http.getResponse<Response>(), allowed);
    }
    return true;
  }
}
