import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { type Response } from 'express';
import { PausedError } from '../protocol/error/paused.error.js';
import { forbidden, ScimError } from '../protocol/error/scim-error.js';
import { hashAccessToken } from './access-token.js';
import { AccessTokensStore } from './access-tokens.store.js';
import {
  ACCEPTS_BASIC,
  CONFIRMS_CREDENTIAL,
  GUARDED_APART,
  IS_PUBLIC,
  OPEN_TO_USERS,
  REQUIRED_SCOPE,
} from './decorators.js';
import { type AuthenticatedRequest, type ObservedRequest } from './authenticated-request.js';
import { AuthenticationFailures } from './authentication-failures.js';
import { type AcceptedSchemes, bearerToken, challenges } from './authorization-header.js';
import { authorizationRefusal } from './authorization-refusal.js';
import { BearerStrategy } from './bearer.strategy.js';
import { type AccessScope, type Credential, requireHere } from './credential.js';
import { RouteMetadata } from './route-metadata.js';
import { TokenUses } from './token-uses.js';
import { InvalidTokenError, UnknownTokenError } from './invalid-token.error.js';
import { RefusedTokens } from './refused-tokens.js';

const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Guards every route without `@Public()`, but for those with a guard of their own (`@GuardedBy`): the request needs a valid
 * token, and the token needs the scope of the route (RFC 6750 §3.1).
 */
@Injectable()
export class BearerAuthGuard extends AuthGuard() {
  private readonly metadata = new RouteMetadata();

  constructor(
    private readonly refusedTokens: RefusedTokens,
    strategy: BearerStrategy,
    private readonly tokens: AccessTokensStore,
    private readonly uses: TokenUses,
    private readonly failures: AuthenticationFailures,
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

  /**
   * @throws ScimError 401 without a valid token; 403 where the company is suspended, or the token lacks the scope or stands for
   *   a user on a route that is not open to users; 429 where the address has sent too many tokens that are not valid
   * @throws ElsewhereError 503 where another cell serves the company
   * @throws PausedError 429 for a write where the company is paused
   */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.metadata.find<boolean>(IS_PUBLIC, context)) return true;
    if (this.metadata.find<boolean>(GUARDED_APART, context)) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const remembered = this.recall(request, context);
    if (remembered) {
      request.user = remembered;
      request.authenticateAnew = this.authenticatingAnew(request, context);
    } else await this.authenticate(context);
    this.judge(request, context);
    return true;
  }

  /** The credential, where it was looked up lately and the route confirms it. */
  private recall({ headers }: ObservedRequest, context: ExecutionContext): Credential | undefined {
    if (this.metadata.find<boolean>(CONFIRMS_CREDENTIAL, context) !== true) return undefined;
    const token = bearerToken(headers.authorization, this.schemes(context));
    return token === undefined ? undefined : this.tokens.recall(hashAccessToken(token));
  }

  private authenticatingAnew(request: AuthenticatedRequest, context: ExecutionContext): () => Promise<void> {
    return async () => {
      delete request.facts.company;
      delete request.facts.credential;
      await this.authenticate(context);
      this.judge(request, context);
    };
  }

  private judge(request: AuthenticatedRequest, context: ExecutionContext): void {
    const byMethod: AccessScope = READING_METHODS.has(request.method) ? 'scim:read' : 'scim:write';
    const needed = this.metadata.find<AccessScope>(REQUIRED_SCOPE, context) ?? byMethod;
    const { id, name, client, company, scopes, userId } = request.user;
    Object.assign(request.facts, { company: company.slug, credential: { id, name, client } });
    requireHere(company);
    if (company.suspended) {
      throw forbidden('This company is suspended: no request is served until the operator resumes it.');
    }
    if (userId !== undefined && this.metadata.find<boolean>(OPEN_TO_USERS, context) !== true) {
      throw forbidden('This token stands for a user: it opens /Me, and what describes the server.');
    }
    if (!scopes.includes(needed)) {
      throw forbidden(
        `This token lacks the scope ${needed}; it has ${scopes.length > 0 ? scopes.join(' and ') : 'none'}.`,
      );
    }
    if (needed === 'scim:write' && company.pauseLeft !== undefined) throw new PausedError(company.pauseLeft);
  }

  private async authenticate(context: ExecutionContext): Promise<void> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const { ip = '', headers } = request;
    const { authorization } = headers;
    await this.failures.admit(ip, authorization);
    try {
      await super.canActivate(context);
    } catch (error) {
      if (error instanceof ScimError && error.status === 401)
        await this.failures.note(ip, authorization, undefined);
      throw error;
    }
    await this.failures.note(ip, authorization, request.user.company.id);
    this.uses.note(request.user, request.facts.client);
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
    const http = context.switchToHttp();
    const { facts, headers, resourceMetadata } = http.getRequest<ObservedRequest>();
    if (error instanceof InvalidTokenError) {
      facts.refusedCredential = Promise.resolve({ ...error.known, reason: error.reason });
    } else if (error instanceof UnknownTokenError) {
      facts.refusedCredential = this.refusedTokens.explain(error.hash);
    } else if (error instanceof Error) throw error;
    else if (error) throw new Error('the bearer strategy failed', { cause: error });
    else if (credential) return credential;
    const schemes = this.schemes(context);
    const { authorization } = headers;
    http
      .getResponse<Response>()
      .setHeader('WWW-Authenticate', challenges(authorization, schemes, resourceMetadata?.()));
    throw authorizationRefusal(authorization, schemes);
  }

  private schemes(context: ExecutionContext): AcceptedSchemes {
    return { basic: this.metadata.find<boolean>(ACCEPTS_BASIC, context) === true };
  }
}
