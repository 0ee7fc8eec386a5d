import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { callerOf } from '../access/administrator.js';
import { type AdminRequest } from '../access/decorators.js';

/** Lets use cases run as parts of a call: the journal tells by which one something was changed, and callers take turns. */
@Injectable()
export class CallOriginInterceptor implements NestInterceptor {
  constructor(private readonly administration: AdministrationPool) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const { facts, method, administrator } = context.switchToHttp().getRequest<AdminRequest>();
    const call = { caller: callerOf(administrator), origin: { request: facts, method } };
    return of(
      await this.administration.within(call, () => lastValueFrom(next.handle() as Observable<unknown>)),
    );
  }
}
