import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type Request } from 'express';
import { type Observable } from 'rxjs';
import { requireAcceptable } from '../http/media-types.js';
import { STANDARD_SURFACE } from './standard.surface.js';

/** Refuses with 406, before anything is done, a request whose `Accept` admits no type that this surface writes. */
@Injectable()
export class AcceptableInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    requireAcceptable(context.switchToHttp().getRequest<Request>(), STANDARD_SURFACE.writes);
    return next.handle();
  }
}
