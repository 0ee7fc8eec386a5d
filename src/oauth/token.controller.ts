import { All, Controller, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { type ObservedRequest } from '../access/authenticated-request.js';
import { Public } from '../access/decorators.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ScimError } from '../protocol/error/scim-error.js';
import { readFormFields } from '../surfaces/http/form-fields.js';
import { PLAIN_JSON, sentType } from '../surfaces/http/media-types.js';
import { readBytes } from '../surfaces/http/read-bytes.js';
import { documentedToken } from './oauth.openapi.js';
import { formTooLarge, invalidRequest, OauthError } from './oauth.error.js';
import { OauthErrorFilter } from './oauth-error.filter.js';
import { serverIssuer } from './server-issuer.js';
import { readTokenRequest, refuseQuery } from './token-request.js';
import { TokenService } from './token.service.js';

/** Greatest size of a form, in bytes: twice that of the longest assertion. */
const MOST_BYTES = 16 * 1024;
const MOST_FIELDS = 50;

/** Forms are small, so they are not counted among the bodies in flight. */
const UNCOUNTED = { reserve: () => Promise.resolve(), shrink: () => undefined, release: () => undefined };

/** The token endpoint (RFC 6749 §3.2). The address with a company in it serves the clients of that company alone. */
@Public()
@UseFilters(OauthErrorFilter)
@Controller('oauth')
export class TokenController {
  constructor(
    private readonly tokens: TokenService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post('token')
  @documentedToken()
  token(@Req() request: ObservedRequest, @Res() response: Response): Promise<void> {
    return this.answer(request, response, undefined);
  }

  @Post(':company/token')
  @documentedToken('company')
  tokenOfCompany(
    @Req() request: ObservedRequest,
    @Res() response: Response,
    @Param('company') company: string,
  ): Promise<void> {
    return this.answer(request, response, company);
  }

  /** RFC 6749 §3.2: the client uses POST. */
  @ApiExcludeEndpoint()
  @All(['token', ':company/token'])
  refuseMethod(@Res() _response: Response): void {
    throw new OauthError(405, 'invalid_request', 'Tokens are asked for by POST.');
  }

  private async answer(
    request: ObservedRequest,
    response: Response,
    company: string | undefined,
  ): Promise<void> {
    const { facts, headers } = request;
    facts.operation = 'token';
    refuseQuery(request.query);
    const tokenRequest = readTokenRequest(await this.readForm(request), headers.authorization);
    const answer = await this.tokens.issue(tokenRequest, {
      ...{ facts, company },
      server: serverIssuer(request, this.settings),
      address: request.ip ?? '',
    });
    response.status(200).setHeader('Content-Type', PLAIN_JSON).setHeader('Cache-Control', 'no-store');
    response.setHeader('Pragma', 'no-cache').end(JSON.stringify(answer));
  }

  private async readForm(request: Request): ReturnType<typeof readFormFields> {
    if (sentType(request) !== 'application/x-www-form-urlencoded') {
      throw invalidRequest('Content-Type has to be application/x-www-form-urlencoded.');
    }
    const bounds = { limit: MOST_BYTES, largest: MOST_BYTES, timeout: this.settings.bodyTimeout };
    try {
      const bytes = await readBytes(request, bounds, UNCOUNTED);
      return await readFormFields(bytes, 'application/x-www-form-urlencoded', MOST_FIELDS);
    } catch (error) {
      if (error instanceof ScimError && error.status === 413) throw formTooLarge(MOST_BYTES, MOST_FIELDS);
      throw error;
    }
  }
}
