import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type ObservedRequest } from '../access/authenticated-request.js';
import { GUARDED_APART, IS_PUBLIC } from '../access/decorators.js';
import { RefusedRates } from './refused-rates.js';
import { tooFast } from './too-fast.js';

/**
 * Refuses a request by what was said to the one before it, in front of the guards that look its credential up.
 *
 * It throws TooManyRequestsError where the credential's company sends too fast.
 */
@Injectable()
export class RefusedRatesGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly refusedRates: RefusedRates,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers, facts } = context.switchToHttp().getRequest<ObservedRequest>();
    const refused = this.refusedRates.find(headers.authorization ?? '');
    if (refused === undefined || this.isOpen(context)) return true;
    const { kind, company, credential, standing } = refused;
    Object.assign(facts, { company, credential });
    throw tooFast(kind, standing);
  }

  private isOpen(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    return [IS_PUBLIC, GUARDED_APART].some((key) => this.reflector.getAllAndOverride(key, targets) === true);
  }
}
