import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { type Request, type Response } from 'express';
import { forbidden, unauthorized } from '../protocol/error/scim-error.js';
import { ACCEPTS_BASIC, IS_PUBLIC, OPEN_TO_USERS, REQUIRED_SCOPE } from './decorators.js';
import { type AuthenticatedRequest } from './authenticated-request.js';
import { type AcceptedSchemes, challenges } from './authorization-header.js';
import { BearerStrategy } from './bearer.strategy.js';
import { type AccessScope, type Credential } from './credential.js';
import { InvalidTokenError } from './invalid-token.error.js';

const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Guards every route without `@Public()`: the request needs a valid token, and the token needs the scope of the
 * route.
 *
 * It throws a ScimError: 401 without a valid token, 403 where the token lacks the scope or stands for a user on a
 * route that is not open to users.
 */
@Injectable()
export class BearerAuthGuard extends AuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    strategy: BearerStrategy,
  ) {
    super({
      // Passport looks a name up in a registry that all applications of the process share, so the strategy itself is
      // given. Passport stores the callbacks of a request on the strategy, so each request gets an object of its own.
      get defaultStrategy() {
        return Object.create(strategy) as string;
      },
      session: false,
    });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.metadata<boolean>(IS_PUBLIC, context)) return true;
    await super.canActivate(context);
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const byMethod: AccessScope = READING_METHODS.has(request.method) ? 'scim:read' : 'scim:write';
    const needed = this.metadata<AccessScope>(REQUIRED_SCOPE, context) ?? byMethod;
    const { scopes, userId } = request.user;
    if (userId !== undefined && this.metadata<boolean>(OPEN_TO_USERS, context) !== true) {
      throw forbidden('This token stands for a user: it opens /Me, and what describes the server.');
    }
    if (!scopes.includes(needed)) {
      throw forbidden(
        `This token lacks the scope ${needed}; it has ${scopes.length > 0 ? scopes.join(' and ') : 'none'}.`,
      );
    }
    return true;
  }

  /** The options with which passport calls {@link BearerStrategy.authenticate}. */
  override getAuthenticateOptions(context: ExecutionContext): AcceptedSchemes & { property: string } {
    return { property: 'user', ...this.schemes(context) };
  }

  override handleRequest<T = Credential>(
    error: unknown,
    credential: T | false,
    _info: unknown,
    context: ExecutionContext,
  ): T {
    if (error instanceof InvalidTokenError) logRefusal(context, error);
    else if (error instanceof Error) throw error;
    else if (error) throw new Error('the bearer strategy failed', { cause: error });
    else if (credential) return credential;
    const http = context.switchToHttp();
    const { authorization } = http.getRequest<Request>().headers;
    http
      .getResponse<Response>()
      .setHeader('WWW-Authenticate', challenges(authorization, this.schemes(context)));
    throw unauthorized(
      'A valid bearer token is required: the Authorization header holds none, or one that is unknown, expired or revoked.',
    );
  }

  private schemes(context: ExecutionContext): AcceptedSchemes {
    return { basic: this.metadata<boolean>(ACCEPTS_BASIC, context) === true };
  }

  private metadata<T>(key: string, context: ExecutionContext): T | undefined {
    return this.reflector.getAllAndOverride<T | undefined>(key, [context.getHandler(), context.getClass()]);
  }
}

function logRefusal(context: ExecutionContext, { reason, issuerId }: InvalidTokenError): void {
  const request = context.switchToHttp().getRequest<Request>();
  request.log.info(
    { operation: `${request.method} ${request.path}`, issuer: issuerId, reason },
    'signed token refused',
  );
}
