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
import { type AbortSignalLike } from '../../scim/abort-signal.js';
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
  /** The scope of the company that the request names; undefined where it names none. */
  company?: CompanyScope;
  /** The same company with its state. Platform credentials may read suspended companies like others. */
  namedCompany?: CallerCompany;
  /** See `AuthenticatedRequest`. */
  authenticateAnew?: () => Promise<void>;
}

/** Marks a route that also answers the token of a suspended company, and says in its answer that the company is suspended. */
export const AnswersSuspended = (): CustomDecorator => SetMetadata(ANSWERS_SUSPENDED, true);

/** Marks a route whose path names no company: it is about the token's own, and closed to platform credentials. */
export const CompanyOfToken = (): CustomDecorator => SetMetadata(COMPANY_OF_TOKEN, true);

/** The scope that a credential needs for a route; `any` admits every scope. The guard refuses a route without this. */
export const NeedsScope = (scope: PlatformScope | 'any'): CustomDecorator =>
  SetMetadata(PLATFORM_SCOPE, scope);

/** The caller. It throws an Error on a route without the guard. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): PlatformCaller => {
  const { caller } = context.switchToHttp().getRequest<Partial<PlatformRequest>>();
  if (!caller) throw new Error('a route outside the platform API asked for its caller');
  return caller;
});

/** A signal that is aborted when the client has gone. */
export const ClientSignal = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignalLike =>
  goneSignal(context.switchToHttp().getResponse<Response>()),
);
