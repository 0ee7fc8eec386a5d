import { All, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { AcceptsBasic } from '../../access/decorators.js';
import { notFound, ScimError } from '../../protocol/error/scim-error.js';
import { OUD_SURFACE } from './oud.surface.js';

const COLLECTION = ['GET', 'HEAD', 'POST', 'OPTIONS'];
const RESOURCE = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const READ_ONLY = ['GET', 'HEAD', 'OPTIONS'];

const ALLOWED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/(Users|Groups)$/, COLLECTION],
  [/^\/(Users|Groups)\/[^/]+$/, RESOURCE],
  [/^\/Me$/, RESOURCE],
  [/^\/(ResourceTypes|Schemas|Schemas\/[^/]+)$/, READ_ONLY],
];

/** Whatever no other route of the surface takes, behind the same guards. */
@ApiExcludeController()
@AcceptsBasic()
@Controller()
export class OudFallbackController {
  @All(['', '*path'])
  answer(@Req() request: Request, @Res() response: Response): void {
    const path = decodeURI(request.path).slice(`/${OUD_SURFACE.mount}`.length).replace(/\/+$/, '');
    const allowed = ALLOWED.find(([pattern]) => pattern.test(path))?.[1];
    if (!allowed) throw notFound('No such endpoint.');
    response.setHeader('Allow', allowed.join(', '));
    if (request.method !== 'OPTIONS') {
      throw new ScimError(
        405,
        undefined,
        `${request.method} is not offered here; allowed: ${allowed.join(', ')}.`,
      );
    }
    response.status(204).end();
  }
}
