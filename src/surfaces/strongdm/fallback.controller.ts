import { All, Controller, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Request } from 'express';
import { notFound, notImplemented } from '../../protocol/error/scim-error.js';
import { ReadsMediaTypes } from '../http/request-body.interceptor.js';

const ME = /\/Me\/?$/;

/** Whatever no other route of the surface takes, behind the same guards; a wrong method is an unknown endpoint. */
@ApiExcludeController()
@ReadsMediaTypes(/^/)
@Controller()
export class StrongdmFallbackController {
  @All(['', '*path'])
  answer(@Req() request: Request): never {
    if (ME.test(request.path)) throw notImplemented('/Me is not offered here.');
    throw notFound('Specified endpoint does not exist.');
  }
}
