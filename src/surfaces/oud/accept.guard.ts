import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { type Request } from 'express';
import { ScimError } from '../../protocol/error/scim-error.js';
import { chooseMediaType } from './media-type.js';

/** Refuses with 406, before anything is done, a request whose `Accept` admits no type that this surface writes. */
@Injectable()
export class AcceptGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (chooseMediaType(request.headers.accept) !== undefined) return true;
    throw new ScimError(
      406,
      undefined,
      'Accept admits none of the types that are written here: application/scim+json and application/json.',
    );
  }
}
