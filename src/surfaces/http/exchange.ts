import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Response } from 'express';
import { type AuthenticatedRequest } from '../../access/authenticated-request.js';
import { type Credential } from '../../access/credential.js';
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
  const request = http.getRequest<RequestWithBytes>();
  const { company: scope, user: caller } = request as Partial<AuthenticatedRequest>;
  if (!scope || !caller) throw new Error('a public route asked for a company');
  return { scope, caller, request, response: http.getResponse<Response>() };
});
