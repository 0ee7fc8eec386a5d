import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type AuthenticatedRequest } from './authenticated-request.js';
import { ResourceNotFoundError } from '../protocol/error/scim-error.js';
import { COMPANY_IN_PATH } from './decorators.js';
import { type CompanyScope, makeCompanyScope } from '../scim/company-scope.js';

/**
 * Gives each request the `CompanyScope` of its credential's company. It runs behind the bearer guard on every route.
 *
 * It throws ResourceNotFoundError where the path of a `@CompanyInPath` controller names another company.
 */
@Injectable()
export class CompanyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Partial<AuthenticatedRequest>>();
    if (request.user) {
      const { id, slug, settings } = request.user.company;
      request.company = makeCompanyScope({ companyId: id, slug, settings });
      this.requireCompanyInPath(context, request, request.company);
    }
    return true;
  }

  /** No look-up is made, so the answer does not tell whether the other company exists. */
  private requireCompanyInPath(
    context: ExecutionContext,
    { params }: Partial<AuthenticatedRequest>,
    company: CompanyScope,
  ): void {
    const targets = [context.getHandler(), context.getClass()];
    const parameter = this.reflector.getAllAndOverride<string | undefined>(COMPANY_IN_PATH, targets);
    if (parameter === undefined) return;
    const named = params?.[parameter];
    const names = [company.slug, formatCompanyId(company.companyId)];
    if (typeof named !== 'string' || !names.includes(named)) throw new ResourceNotFoundError(String(named));
  }
}

const formatCompanyId = (decimal: string): string => BigInt(decimal).toString(16).padStart(16, '0');
