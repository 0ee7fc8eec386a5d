import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type Request } from 'express';
import { type Observable } from 'rxjs';
import { ScimError } from '../../protocol/error/scim-error.js';

const WRITTEN = /^(?:application\/(?:scim\+json|json|\*)|\*\/\*|\*)$/;

/** What is none is overlooked, as if it were not there. */
const MEDIA_RANGE = /^\s*(?:\*|[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+)\s*(?:;|$)/;

/** Refuses, before anything is done, a request whose `Accept` leaves no form that this server writes (406). */
@Injectable()
export class AcceptableInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { accept } = context.switchToHttp().getRequest<Request>().headers;
    const ranges = accept?.split(',').filter((range) => MEDIA_RANGE.test(range)) ?? [];
    if (ranges.length > 0 && !ranges.some(isWritten)) {
      throw new ScimError(406, undefined, 'Accept: answers are application/scim+json or application/json.');
    }
    return next.handle();
  }
}

function isWritten(range: string): boolean {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  return WRITTEN.test(type) && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
}
