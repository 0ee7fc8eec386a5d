import {
  createParamDecorator,
  SetMetadata,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { type CompanyScope } from '../scim/company-scope.js';
import { type AuthenticatedRequest } from './authenticated-request.js';
import { type AccessScope, type Credential } from './credential.js';

export const IS_PUBLIC = 'rollcall:public';
export const REQUIRED_SCOPE = 'rollcall:scope';
export const ACCEPTS_BASIC = 'rollcall:basic';
export const OPEN_TO_USERS = 'rollcall:open-to-users';
export const COMPANY_IN_PATH = 'rollcall:company-in-path';

/** A route that answers without a credential. The list of them stands in `test/architecture-routes.spec.ts`. */
export const Public = (): CustomDecorator => SetMetadata(IS_PUBLIC, true);

/** The scope a route needs, where the method alone does not tell: a POST that only searches, for example. */
export const RequiredScope = (scope: AccessScope): CustomDecorator => SetMetadata(REQUIRED_SCOPE, scope);

/**
 * On a controller or route: a token may also come as the password of HTTP Basic (RFC 7617), whatever the user name,
 * for clients that know no other way.
 */
export const AcceptsBasic = (): CustomDecorator => SetMetadata(ACCEPTS_BASIC, true);

/** On a controller or route: also for tokens that stand for a user, which open nothing else. */
export const OpenToUsers = (): CustomDecorator => SetMetadata(OPEN_TO_USERS, true);

/**
 * On a controller whose path names a company, by slug or id: whoever belongs to another one gets 404.
 * @param parameter - Of the path: `tenant_id` in `tenants/:tenant_id/…`.
 */
export const CompanyInPath = (parameter: string): CustomDecorator => SetMetadata(COMPANY_IN_PATH, parameter);

/** The credential of the request. Throws on a public route, which has none. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Credential => {
  const { user } = context.switchToHttp().getRequest<Partial<AuthenticatedRequest>>();
  if (!user) throw new Error('a public route asked for a credential');
  return user;
});

/** The request's CompanyScope. Throws on a public route, which has none. */
export const Company = createParamDecorator((_: unknown, context: ExecutionContext): CompanyScope => {
  const { company } = context.switchToHttp().getRequest<Partial<AuthenticatedRequest>>();
  if (!company) throw new Error('a public route asked for a company scope');
  return company;
});
