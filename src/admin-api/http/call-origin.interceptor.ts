import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type AdminRequest } from '../access/decorators.js';

/** Lets the journal tell by which call something was changed, whatever use case changes it. */
@Injectable()
export class CallOriginInterceptor implements NestInterceptor {
  constructor(private readonly administration: AdministrationPool) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const { facts, method } = context.switchToHttp().getRequest<AdminRequest>();
    const origin = { request: facts, method };
    return of(
      await this.administration.within(origin, () => lastValueFrom(next.handle() as Observable<unknown>)),
    );
  }
}
