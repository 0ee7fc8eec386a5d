import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { type AuthenticatedRequest } from '../auth/authenticated-request.js';
import { makeCompanyScope } from './company-scope.js';

/** Global, behind the bearer guard: the credential's company becomes the scope of the request. */
@Injectable()
export class CompanyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Partial<AuthenticatedRequest>>();
    if (request.user) {
      const { id, slug, settings } = request.user.company;
      request.company = makeCompanyScope({ companyId: id, slug, settings });
    }
    return true;
  }
}
