import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { type Request } from 'express';
import { requireAcceptable } from '../http/media-types.js';
import { OUD_SURFACE } from './oud.surface.js';

/** Refuses with 406, before anything is done, a request whose `Accept` admits no type that this surface writes. */
@Injectable()
export class AcceptGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    requireAcceptable(request, OUD_SURFACE.writes);
    return true;
  }
}
