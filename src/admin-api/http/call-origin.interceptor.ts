import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type AdminRequest } from '../access/decorators.js';

/** Lets the journal tell by which call something was changed, whatever use case changes it. */
@Injectable()
export class CallOriginInterceptor implements NestInterceptor {
  constructor(private readonly administration: AdministrationPool) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { facts, method } = context.switchToHttp().getRequest<AdminRequest>();
    return new Observable((subscriber) =>
      this.administration.within({ request: facts, method }, () => next.handle().subscribe(subscriber)),
    );
  }
}
