import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Response } from 'express';
import { type AuthenticatedRequest } from '../../access/authenticated-request.js';
import { type Credential } from '../../access/credential.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { StaleCredentialError } from '../../scim/remembered-credential.js';
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
 * Runs an operation for a controller that confirms credentials. Where a transaction refuses the remembered credential as outdated,
 * and so has done nothing, the credential is looked up, and if the request is still allowed, the operation runs once more.
 *
 * @throws ScimError as the guards do, and what the operation throws
 */
export async function confirming(
  exchange: Exchange,
  operation: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  try {
    await operation(exchange);
  } catch (error) {
    const { request, response } = exchange;
    const { authenticateAnew } = request as Partial<AuthenticatedRequest>;
    if (authenticateAnew === undefined || !(error instanceof StaleCredentialError)) throw error;
    await authenticateAnew();
    await operation(exchangeOf(request, response));
  }
}
