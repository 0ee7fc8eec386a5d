import { All, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { notFound, ScimError } from '../../protocol/error/scim-error.js';
import { CompanyInPath } from '../../access/decorators.js';
import { ReadsMediaTypes } from '../http/request-body.interceptor.js';

const MOUNT = /^\/api\/v1\/tenants\/[^/]+\/scim\/v2/;

const ALLOWED: readonly (readonly [RegExp, string])[] = [
  [/^\/(Users|Groups)$/, 'GET, HEAD, POST'],
  [/^\/(Users|Groups)\/[^/]+$/, 'GET, HEAD, PUT, PATCH, DELETE'],
  [/^\/Bulk$/, 'POST'],
  [/^\/ServiceProviderConfig$/, 'GET, HEAD'],
  [/^\/(ResourceTypes|Schemas)(\/[^/]+)?$/, 'GET, HEAD'],
];

/** Whatever no other route of the surface takes, behind the same guards, in the words of the documented server. */
@ApiExcludeController()
@CompanyInPath('tenant_id')
@ReadsMediaTypes(/^/)
@Controller()
export class ScaikeyFallbackController {
  @All(['', '*path'])
  answer(@Req() request: Request, @Res() response: Response): void {
    const path = request.path.replace(MOUNT, '').replace(/\/+$/, '');
    const allowed = ALLOWED.find(([pattern]) => pattern.test(path))?.[1];
    if (allowed === undefined) throw notFound('Not Found');
    response.setHeader('Allow', allowed);
    throw new ScimError(405, undefined, 'Method Not Allowed');
  }
}
