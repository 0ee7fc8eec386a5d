import {
  createParamDecorator,
  SetMetadata,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { type Response } from 'express';
import { type ObservedRequest } from '../../access/authenticated-request.js';
import { goneSignal } from '../../access/company.guard.js';
import { type CallerCompany } from '../../access/credential.js';
import { type PlatformScope } from '../../access/platform-credentials.store.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type PlatformCaller } from './platform-caller.js';

export const PLATFORM_SCOPE = 'rollcall:platform-scope';

/** The parameter of a path, or of the query, that names a company by slug or id. */
export const NAMED_COMPANY = 'company';

export const ANSWERS_SUSPENDED = 'rollcall:answers-suspended';
export const COMPANY_OF_TOKEN = 'rollcall:company-of-token';

/** A request that the guard of the platform API has let through. */
export interface PlatformRequest extends ObservedRequest {
  caller: PlatformCaller;
  /** Of the company that the request names; undefined where it names none. */
  company?: CompanyScope;
  /** The same company, with what may be refused to it; suspended ones are read like others by platform credentials. */
  namedCompany?: CallerCompany;
  /** As of the requests of companies: see `AuthenticatedRequest`. */
  authenticateAnew?: () => Promise<void>;
}

/** For routes that answer also a token of a suspended company, and say that it is. */
export const AnswersSuspended = (): CustomDecorator => SetMetadata(ANSWERS_SUSPENDED, true);

/** For routes whose path names no company: they are about that of the token, and closed to platform credentials. */
export const CompanyOfToken = (): CustomDecorator => SetMetadata(COMPANY_OF_TOKEN, true);

/** What a credential needs for a route; `any` is enough of whatever scope. The guard refuses a route without it. */
export const NeedsScope = (scope: PlatformScope | 'any'): CustomDecorator =>
  SetMetadata(PLATFORM_SCOPE, scope);

/** Who calls. It throws an Error where the guard was not asked. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): PlatformCaller => {
  const { caller } = context.switchToHttp().getRequest<Partial<PlatformRequest>>();
  if (!caller) throw new Error('a route outside the platform API asked for its caller');
  return caller;
});

/** A signal that is aborted when the client has gone. */
export const ClientSignal = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal =>
  goneSignal(context.switchToHttp().getResponse<Response>()),
);
