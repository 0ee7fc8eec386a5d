import { All, Controller, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Request } from 'express';
import { notFound, notImplemented, ScimError } from '../../protocol/error/scim-error.js';
import { ReadsMediaTypes } from '../http/request-body.interceptor.js';
import { allowedMethods } from './allowed-methods.js';
import { pathOf } from './paradigm.surface.js';

/** Endpoints of RFC 7644 that this surface does not offer: §3.11 asks for 501, not 404. */
const NOT_OFFERED = /^(\/Me(\/.*)?|\/Bulk|\/\.search|)$/;

/** Whatever no other route of the surface takes, behind the same guards. */
@ApiExcludeController()
@Controller()
@ReadsMediaTypes(/^/)
export class ParadigmFallbackController {
  @All(['', '*path'])
  answer(@Req() request: Request): void {
    const path = pathOf(request).replace(/\/+$/, '');
    if (allowedMethods(path)) throw new ScimError(405, undefined, `${request.method} is not offered here.`);
    if (NOT_OFFERED.test(path))
      throw notImplemented(`${path || 'A query of the server root'} is not offered here.`);
    throw notFound('No such endpoint');
  }
}
