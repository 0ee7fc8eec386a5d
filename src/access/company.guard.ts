import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { type Response } from 'express';
import { type AuthenticatedRequest, type ObservedRequest } from './authenticated-request.js';
import { ResourceNotFoundError } from '../protocol/error/scim-error.js';
import { type CallerCompany, namesOf } from './credential.js';
import { COMPANY_IN_PATH } from './decorators.js';
import { type AbortSignalLike, LightAbortSignal } from '../scim/abort-signal.js';
import { type ChangeOrigin } from '../scim/change-origin.js';
import { ClientGoneError } from '../scim/client-gone.error.js';
import { type CompanyScope, makeCompanyScope } from '../scim/company-scope.js';
import { type RememberedCredential } from '../scim/remembered-credential.js';
import { RouteMetadata } from './route-metadata.js';

/**
 * Gives each request the `CompanyScope` of its credential's company. It runs behind the bearer guard on every route.
 *
 * It throws ResourceNotFoundError where the path of a `@CompanyInPath` controller names another company.
 */
@Injectable()
export class CompanyGuard implements CanActivate {
  private readonly metadata = new RouteMetadata();

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Partial<AuthenticatedRequest>>();
    const { authenticateAnew } = request;
    this.giveCompany(request, context);
    if (authenticateAnew) request.authenticateAnew = this.givingCompany(authenticateAnew, request, context);
    return true;
  }

  /** The same for a credential that is looked up again. */
  private givingCompany(
    authenticateAnew: () => Promise<void>,
    request: Partial<AuthenticatedRequest>,
    context: ExecutionContext,
  ): () => Promise<void> {
    return async () => {
      await authenticateAnew();
      this.giveCompany(request, context);
    };
  }

  private giveCompany(request: Partial<AuthenticatedRequest>, context: ExecutionContext): void {
    if (!request.user) return;
    request.company = scopeOfRequest(request, request.user.company, request.user.remembered);
    this.requireCompanyInPath(context, request, request.company);
  }

  /** No look-up is made, so the answer does not tell whether the other company exists. */
  private requireCompanyInPath(
    context: ExecutionContext,
    { params }: Partial<AuthenticatedRequest>,
    company: CompanyScope,
  ): void {
    const parameter = this.metadata.find<string>(COMPANY_IN_PATH, context);
    if (parameter === undefined) return;
    const named = params?.[parameter];
    const names = namesOf({ id: company.companyId, slug: company.slug });
    if (typeof named !== 'string' || !names.includes(named)) throw new ResourceNotFoundError(String(named));
  }
}

/** What a scope is told of its request. */
type ScopedRequest = Partial<Pick<ObservedRequest, 'facts' | 'method' | 'res'>>;

/** The scope of a request for a company that its credential may read or write. For guards alone. */
export function scopeOfRequest(
  request: ScopedRequest,
  { id, slug, settings }: CallerCompany,
  remembered?: RememberedCredential,
): CompanyScope {
  return makeCompanyScope({
    companyId: id,
    slug,
    settings,
    signal: goneSignal(request.res),
    origin: originOf(request),
    remembered,
  });
}

function originOf({ facts, method }: ScopedRequest): ChangeOrigin | undefined {
  return facts && method !== undefined ? { request: facts, method } : undefined;
}

/** A signal that is aborted if the connection closes before the answer was handed over to it. */
export function goneSignal(response: Response | undefined): AbortSignalLike {
  const gone = new LightAbortSignal();
  response?.once('close', () => {
    if (!response.writableFinished) gone.abort(new ClientGoneError());
  });
  return gone;
}
