import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type AuthenticatedRequest } from '../auth/authenticated-request.js';
import { type CompanyScope } from './company-scope.js';

/** The request's CompanyScope. Throws on a public route, which has none. */
export const Company = createParamDecorator((_: unknown, context: ExecutionContext): CompanyScope => {
  const { company } = context.switchToHttp().getRequest<Partial<AuthenticatedRequest>>();
  if (!company) throw new Error('a public route asked for a company scope');
  return company;
});
