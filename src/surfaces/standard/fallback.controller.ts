import { All, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller } from '../../auth/caller.decorator.js';
import { type Credential } from '../../auth/credential.js';
import { OpenToUsers } from '../../auth/open-to-users.decorator.js';
import { notFound, notImplemented, ScimError } from '../../protocol/error/scim-error.js';
import { STANDARD_SURFACE } from './standard.surface.js';

const COLLECTION = ['GET', 'HEAD', 'POST', 'OPTIONS'];
const RESOURCE = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const READ_ONLY = ['GET', 'HEAD', 'OPTIONS'];

const ALLOWED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^$/, READ_ONLY],
  [/^(\/(Users|Groups))?\/\.search$/, ['POST', 'OPTIONS']],
  [/^\/Bulk$/, ['POST', 'OPTIONS']],
  [/^\/Me$/, RESOURCE],
  [/^\/(Users|Groups)$/, COLLECTION],
  [/^\/(Users|Groups)\/[^/]+$/, RESOURCE],
  [/^\/ServiceProviderConfig$/, READ_ONLY],
  [/^\/(ResourceTypes|Schemas)(\/[^/]+)?$/, READ_ONLY],
];

/** RFC 7644 §3.11 asks for 501, not 404, where a token stands for nobody. */
const ME = /^\/Me(\/.*)?$/;

/** Whatever no other route of the surface takes, behind the same guards. */
@ApiExcludeController()
@OpenToUsers()
@Controller()
export class StandardFallbackController {
  @All(['', '*path'])
  answer(@Caller() { userId }: Credential, @Req() request: Request, @Res() response: Response): void {
    const path = decodeURI(request.path).slice(`/${STANDARD_SURFACE.mount}`.length).replace(/\/+$/, '');
    if (ME.test(path) && userId === undefined) {
      throw notImplemented('/Me is for tokens that stand for a user, and this one does not.');
    }
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
