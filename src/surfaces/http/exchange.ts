import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Response } from 'express';
import { type AuthenticatedRequest } from '../../access/authenticated-request.js';
import { type Credential } from '../../access/credential.js';
import { onceMoreIfStale } from '../../access/stale-credential.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type RequestWithBytes } from './request-body.interceptor.js';

/** One request behind the guards, and the answer to it. */
export interface Exchange {
  readonly scope: CompanyScope;
  readonly caller: Credential;
  readonly request: RequestWithBytes;
  readonly response: Response;
}

/** Hands the handler its {@link Exchange}. Throws on a public route, which has no company. */
export const InExchange = createParamDecorator((_: unknown, context: ExecutionContext): Exchange => {
  const http = context.switchToHttp();
  return exchangeOf(http.getRequest<RequestWithBytes>(), http.getResponse<Response>());
});

function exchangeOf(request: RequestWithBytes, response: Response): Exchange {
  const { company: scope, user: caller } = request as Partial<AuthenticatedRequest>;
  if (!scope || !caller) throw new Error('a public route asked for a company');
  return { scope, caller, request, response };
}

/**
 * Runs an operation for a controller that confirms credentials, once more where the remembered one is outdated.
 *
 * @throws ScimError as the guards do, and what the operation throws
 */
export const confirming = (
  { request, response }: Exchange,
  operation: (exchange: Exchange) => Promise<void>,
): Promise<void> =>
  onceMoreIfStale(request as Partial<AuthenticatedRequest>, () => operation(exchangeOf(request, response)));
