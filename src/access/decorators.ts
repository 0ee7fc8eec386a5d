import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  SetMetadata,
  type Type,
  UseGuards,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { type CompanyScope } from '../scim/company-scope.js';
import { type AuthenticatedRequest } from './authenticated-request.js';
import { type AccessScope } from './credential.js';

export const IS_PUBLIC = 'rollcall:public';
export const GUARDED_APART = 'rollcall:guarded-apart';
export const REQUIRED_SCOPE = 'rollcall:scope';
export const ACCEPTS_BASIC = 'rollcall:basic';
export const OPEN_TO_USERS = 'rollcall:open-to-users';
export const COMPANY_IN_PATH = 'rollcall:company-in-path';
export const CONFIRMS_CREDENTIAL = 'rollcall:confirms-credential';

/** Opens a route to requests without a token. `test/architecture-routes.spec.ts` lists all such routes. */
export const Public = (): CustomDecorator => SetMetadata(IS_PUBLIC, true);

/**
 * Gives a controller a guard of its own in the place of those for companies and their tokens. One decorator does both, so
 * that no controller is left without a guard.
 */
export const GuardedBy = (guard: Type<CanActivate>): ClassDecorator =>
  applyDecorators(SetMetadata(GUARDED_APART, true), UseGuards(guard));

/**
 * The scope that a route needs, where it does not follow from the method. Without it, GET, HEAD and OPTIONS need
 * `scim:read`, and other methods `scim:write`; a POST that only searches is an exception.
 */
export const RequiredScope = (scope: AccessScope): CustomDecorator => SetMetadata(REQUIRED_SCOPE, scope);

/**
 * Lets clients send a token as the password of HTTP Basic, for clients that cannot send a bearer token. RFC 7617 §2:
 * the header has the user name, a colon and the password in base64. The user name is ignored.
 */
export const AcceptsBasic = (): CustomDecorator => SetMetadata(ACCEPTS_BASIC, true);

/** Opens a controller or route to tokens that stand for a user. */
export const OpenToUsers = (): CustomDecorator => SetMetadata(OPEN_TO_USERS, true);

/**
 * Marks a controller whose path names a company, by slug or id. A request for another company than the credential's
 * is answered with 404.
 *
 * @param parameter the path parameter with the company: `tenant_id` in `tenants/:tenant_id/…`
 */
export const CompanyInPath = (parameter: string): CustomDecorator => SetMetadata(COMPANY_IN_PATH, parameter);

/**
 * For controllers that answer nothing but errors before a transaction on the company's data has begun. There a credential
 * may be remembered from an earlier request: the transaction confirms it, and before an error is answered it is looked up.
 */
export const ConfirmsCredential = (): CustomDecorator => SetMetadata(CONFIRMS_CREDENTIAL, true);

/** The CompanyScope of the request. It throws an Error on a public route, where there is none. */
export const Company = createParamDecorator((_: unknown, context: ExecutionContext): CompanyScope => {
  const { company } = context.switchToHttp().getRequest<Partial<AuthenticatedRequest>>();
  if (!company) throw new Error('a public route asked for a company scope');
  return company;
});
