import { All, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller, OpenToUsers } from '../../access/decorators.js';
import { type Credential } from '../../access/credential.js';
import { notFound, notImplemented } from '../../protocol/error/scim-error.js';
import { allowedMethods, methodNotAllowed, pathBelowMount } from './allowed-methods.js';

/** RFC 7644 §3.11 asks for 501, not 404, where a token stands for nobody. */
const ME = /^\/Me(\/.*)?$/i;

/** Whatever no other route of the surface takes, behind the same guards. */
@ApiExcludeController()
@OpenToUsers()
@Controller()
export class StandardFallbackController {
  @All(['', '*path'])
  answer(@Caller() { userId }: Credential, @Req() request: Request, @Res() response: Response): void {
    if (ME.test(pathBelowMount(request)) && userId === undefined) {
      throw notImplemented('/Me is for tokens that stand for a user, and this one does not.');
    }
    const allowed = allowedMethods(request);
    if (!allowed) throw notFound('No such endpoint.');
    if (request.method !== 'OPTIONS') throw methodNotAllowed(request, response, allowed);
    response.setHeader('Allow', allowed.join(', '));
    response.status(204).end();
  }
}
