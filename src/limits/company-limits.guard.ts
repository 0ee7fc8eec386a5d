import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { type Response } from 'express';
import { type AuthenticatedRequest, type ObservedRequest } from '../access/authenticated-request.js';
import { RequestLimits } from './request-limits.js';

/**
 * Bounds how many requests a company sends: behind the guards that know it, and before anything is read of a body. Each
 * answer tells where the company stands.
 *
 * It throws TooManyRequestsError where the company sends too fast, UnavailableError where too many of its requests are
 * under way.
 */
@Injectable()
export class CompanyLimitsGuard implements CanActivate {
  constructor(private readonly limits: RequestLimits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<ObservedRequest & Partial<AuthenticatedRequest>>();
    if (request.user === undefined) return true;
    const { id, slug: company, rateLimit } = request.user.company;
    await this.limits.admit(request, http.getResponse<Response>(), {
      id,
      kind: 'company',
      company,
      rateLimit,
    });
    return true;
  }
}
